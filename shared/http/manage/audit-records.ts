import type { HttpRequest } from '@azure/functions'
import type * as z from 'zod'
import type { AuditQuery, AuditRecord, AuditRows } from '../../broker/audit.ts'
import { BrokerError } from '../../broker/broker-error.ts'
import { json } from './desk.ts'
import { callerId, correlationId, guid, instant } from './fields.ts'
import { reading, type ManagementDesk } from './managed.ts'
import { listAnswer, pageOf } from './paging.ts'

export type AuditDesk = ManagementDesk & { records: Pick<AuditRows, 'query'> }

/** `GET /manage/audit`: records by time, partner, caller and correlation. */
export const listAuditRecords = (desk: AuditDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const wanted = queryOf(request, desk.now())
    const page = await desk.records.query({ ...wanted, ...pageOf(request) })
    const { brokerUrl } = desk
    // The next page must be of the same time, however late it is asked for.
    const query = { from: iso(wanted.from), to: iso(wanted.to) }
    return json(visit, 200, listAnswer(request, { brokerUrl, page, query }, recordView))
  })

const dayMs = 24 * 3600_000
const longestDays = 31

const queryOf = (request: HttpRequest, now: number): Omit<AuditQuery, 'after' | 'size'> => {
  const to = parameter(request, 'to', instant) ?? now
  const from = parameter(request, 'from', instant) ?? to - dayMs
  if (from >= to) throw malformed('from', 'must be before to')
  if (to - from > longestDays * dayMs) {
    throw malformed('from', `must be at most ${longestDays} days before to`)
  }
  const partner = parameter(request, 'partner', guid)
  const caller = parameter(request, 'caller', callerId)
  const correlation = parameter(request, 'correlation', correlationId)
  return {
    from,
    to,
    ...(partner !== undefined && { partner }),
    ...(caller !== undefined && { caller }),
    ...(correlation !== undefined && { correlation }),
  }
}

const parameter = <T>(
  { query }: HttpRequest,
  name: string,
  schema: z.ZodType<T>,
): T | undefined => {
  const text = query.get(name)
  if (text === null) return undefined
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw malformed(name, parsed.error.issues[0]?.message ?? 'is wrong')
}

const malformed = (field: string, problem: string) =>
  new BrokerError('request_malformed', `${field}: ${problem}`, { reason: 'query', field })

const recordView = ({ v: _v, at, expiresAt, ...record }: AuditRecord) => ({
  ...record,
  at: iso(at),
  ...(expiresAt !== undefined && { expiresAt: iso(expiresAt) }),
})

const iso = (time: number): string => new Date(time).toISOString()
