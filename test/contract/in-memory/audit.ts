import type { AuditQuery, AuditRecord, AuditRows } from '../../../shared/broker/audit.ts'
import { BrokerError } from '../../../shared/broker/broker-error.ts'

/** The record in memory, in the order of partitions, times and ids, as a table keeps it. */
export const inMemoryAudit = (): AuditRows => {
  const rows = new Map<string, AuditRecord>()
  return {
    append: async (partition, records) => {
      for (const record of records) {
        rows.set(`${partition}/${String(record.at).padStart(15, '0')}-${record.id}`, record)
      }
    },
    query: async (query) => {
      const after = query.after === undefined ? '' : keyOfToken(query.after)
      const fitting = [...rows]
        .filter(([key, record]) => key > after && isIn(key, query) && fits(record, query))
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
      const page = fitting.slice(0, query.size)
      const last = page.at(-1)?.[0]
      return {
        items: structuredClone(page.map(([, record]) => record)),
        ...(fitting.length > page.length &&
          last !== undefined && { next: Buffer.from(`after:${last}`).toString('base64url') }),
      }
    },
  }
}

const isIn = (key: string, { partition }: AuditQuery): boolean =>
  partition === undefined || key.startsWith(`${partition}/`)

const fits = (record: AuditRecord, { from, to, ...query }: AuditQuery): boolean =>
  record.at >= from &&
  record.at < to &&
  (query.partner ?? record.partner) === record.partner &&
  (query.correlation ?? record.correlationId) === record.correlationId &&
  (query.caller ?? callerOf(record)) === callerOf(record)

const callerOf = ({ callerTenant, callerId }: AuditRecord) => `${callerTenant}/${callerId}`

const keyOfToken = (token: string): string => {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text.startsWith('after:')) return text.slice('after:'.length)
  throw new BrokerError('request_malformed', 'the page token is not one that a list returned')
}
