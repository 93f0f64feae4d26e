import type { HttpRequest } from '@azure/functions'
import type { Lockdown } from '../../broker/lockdown.ts'
import { operatorName } from '../../broker/operator.ts'
import type { Rows } from '../../broker/rows.ts'
import { readJson } from '../json-body.ts'
import { deleteNamed, getNamed, listNamed, putNamed, type Named } from './conditional.ts'
import { lockdownSchema, lockdownView } from './lockdown-body.ts'
import type { ManagementDesk } from './managed.ts'

export type LockdownDesk = ManagementDesk & { lockdowns: Rows<Lockdown> }

/** `GET /manage/lockdowns` */
export const listLockdowns = (desk: LockdownDesk, request: HttpRequest) =>
  listNamed(desk, namedOf(desk), request)

/** `GET /manage/lockdowns/{name}` */
export const getLockdown = (desk: LockdownDesk, request: HttpRequest) =>
  getNamed(desk, namedOf(desk), request)

/** `PUT /manage/lockdowns/{name}`: stops issuing on every instance within 30 seconds. */
export const putLockdown = (desk: LockdownDesk, request: HttpRequest) =>
  putNamed(
    desk,
    {
      named: namedOf(desk),
      parse: async (name, { operator }) => ({
        v: 1 as const,
        name,
        ...(await readJson(request, lockdownSchema)),
        by: operatorName(operator),
        at: desk.now(),
      }),
    },
    request,
  )

/** `DELETE /manage/lockdowns/{name}`: lifts it. */
export const deleteLockdown = (desk: LockdownDesk, request: HttpRequest) =>
  deleteNamed(desk, namedOf(desk), request)

const namedOf = ({ lockdowns }: LockdownDesk): Named<Lockdown> => ({
  kind: 'lockdown',
  rows: lockdowns,
  view: lockdownView,
})
