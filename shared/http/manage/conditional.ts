import type { HttpRequest } from '@azure/functions'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Rows, Stored, Written } from '../../broker/rows.ts'
import { withHeaders, type Answer } from '../correlation.ts'
import { problem } from '../problem.ts'
import { json, noContent, type Visit } from './desk.ts'
import { changing, reading, type ManagementDesk } from './managed.ts'
import { listAnswer, pageOf } from './paging.ts'

/** Rows that an operator names, writes and deletes one by one, by ETag where he sends one. */
export type Named<T extends { name: string }> = {
  /** As in the path `/manage/{kind}s`. */
  kind: 'permission' | 'lockdown'
  rows: Rows<T>
  view: (value: T) => unknown
}

/** `GET /manage/{kind}s` */
export const listNamed = <T extends { name: string }>(
  desk: ManagementDesk,
  { rows, view }: Named<T>,
  request: HttpRequest,
) =>
  reading(desk, request, async (visit) => {
    const page = await rows.list(pageOf(request))
    const { brokerUrl } = desk
    return json(
      visit,
      200,
      listAnswer(request, { brokerUrl, page }, ({ value }) => view(value)),
    )
  })

/** `GET /manage/{kind}s/{name}` */
export const getNamed = <T extends { name: string }>(
  desk: ManagementDesk,
  named: Named<T>,
  request: HttpRequest,
) =>
  reading(desk, request, async (visit) => {
    const stored = await named.rows.read(nameOf(request))
    return stored ? shown(visit, 200, { named, stored }) : notFound(visit, named.kind)
  })

/** `PUT /manage/{kind}s/{name}`: creates or replaces; `If-Match` and `If-None-Match: *` hold. */
export const putNamed = <T extends { name: string }>(
  desk: ManagementDesk,
  { named, parse }: { named: Named<T>; parse: (name: string, visit: Visit) => Promise<T> },
  request: HttpRequest,
) =>
  changing(desk, request, {
    action: `PUT /manage/${named.kind}s/{name}`,
    about: targetOf(request),
    run: async (visit) => {
      const value = await parse(nameOf(request), visit)
      const before = await named.rows.read(value.name)
      const written = isExpected(request, before)
        ? await write(named.rows, value, before)
        : 'changed'
      if (written === 'changed') return preconditionFailed(visit, named.kind)
      return shown(visit, before ? 200 : 201, { named, stored: { value, etag: written.etag } })
    },
  })

/** `DELETE /manage/{kind}s/{name}` */
export const deleteNamed = <T extends { name: string }>(
  desk: ManagementDesk,
  { kind, rows }: Named<T>,
  request: HttpRequest,
) =>
  changing(desk, request, {
    action: `DELETE /manage/${kind}s/{name}`,
    about: targetOf(request),
    run: async (visit) => {
      const name = nameOf(request)
      const before = await rows.read(name).catch((thrown: unknown) => orUnreadable(thrown, request))
      if (!before) return notFound(visit, kind)
      if (before !== 'unreadable' && !isExpected(request, before)) {
        return preconditionFailed(visit, kind)
      }
      const removed = await rows.remove(name, before === 'unreadable' ? undefined : before.etag)
      return removed === 'changed' ? preconditionFailed(visit, kind) : noContent(visit)
    },
  })

// A lockdown that cannot be read stops everything: it must be possible to lift it.
const orUnreadable = (thrown: unknown, { headers }: HttpRequest): 'unreadable' => {
  const isUnreadable =
    thrown instanceof BrokerError && thrown.detail.reason?.startsWith('row_unreadable') === true
  if (isUnreadable && headers.get('if-match') === null) return 'unreadable'
  throw thrown
}

const write = <T>(rows: Rows<T>, value: T, before: Stored<T> | undefined): Promise<Written> =>
  before ? rows.replace(value, before.etag) : rows.add(value)

/** RFC 9110 section 13.1: whether the sender's idea of what is there holds. */
const isExpected = ({ headers }: HttpRequest, before: Stored<unknown> | undefined): boolean => {
  const match = headers.get('if-match')
  if (headers.get('if-none-match') === '*' && before) return false
  return match === null || (before !== undefined && isListed(match, before.etag))
}

const isListed = (match: string, etag: string): boolean =>
  match.split(',').some((one) => ['*', etag].includes(one.trim()))

type Shown<T extends { name: string }> = { named: Named<T>; stored: Stored<T> }

const shown = <T extends { name: string }>(
  visit: Visit,
  status: number,
  { named, stored }: Shown<T>,
): Answer => withHeaders(json(visit, status, named.view(stored.value)), { etag: stored.etag })

const targetOf = ({ params }: HttpRequest) => ({ target: (params['name'] ?? '').slice(0, 100) })

const nameOf = (request: HttpRequest): string => {
  const name = request.params['name'] ?? ''
  if (/^[a-z0-9-]{1,60}$/.test(name)) return name
  throw new BrokerError('request_malformed', 'name must be 1 to 60 of [a-z0-9-]', { field: 'name' })
}

const notFound = ({ correlation }: Visit, kind: string): Answer =>
  problem({ status: 404, code: 'not_found', detail: `there is no such ${kind}` }, correlation)

const preconditionFailed = ({ correlation }: Visit, kind: string): Answer =>
  problem(
    {
      status: 412,
      code: 'precondition_failed',
      detail: `the ${kind} is not as If-Match or If-None-Match says; read it again`,
    },
    correlation,
  )
