import type { HttpRequest } from '@azure/functions'
import { callerKey } from '../broker/caller.ts'
import type { CurrentPolicy } from '../broker/policy.ts'
import { json, visited, type Desk } from './manage/desk.ts'
import { permissionView } from './manage/permission-body.ts'

/** `identify` proves a caller as the token endpoint does. */
export type WhoamiDesk = Desk & { currentPolicy: CurrentPolicy }

/** `GET /whoami`: how the broker sees the caller. */
export const whoami = (desk: WhoamiDesk, request: HttpRequest) =>
  visited(desk, request, async (visit) => {
    const { operator: caller, address } = visit
    const { tenant, clientId, roles } = caller
    const { permissions } = await desk.currentPolicy()
    return json(visit, 200, {
      caller: { tenant, clientId },
      tenant,
      roles,
      ...(address !== undefined && { address }),
      permissions: permissions
        .filter((permission) => callerKey(permission.caller) === callerKey(caller))
        .map(permissionView),
    })
  })
