import type { AuditRecord, AuditRows } from './audit.ts'
import type { BrokerErrorCode } from './broker-error.ts'
import { allPages } from './rows.ts'

/** How far back the record is read for a partner's recent use. */
export const recentMs = 24 * 3600_000

/** A customer whose last request of late was refused for a reason of that customer's tenant. */
export type CustomerTrouble = {
  customer: string
  code: BrokerErrorCode
  reason: string
  /** Milliseconds since the epoch. */
  at: number
}

export type RecentUse = {
  lastUsedAt?: number
  customerTroubles: CustomerTrouble[]
  /** False when there was more to read than is read for one answer. */
  isComplete: boolean
}

type Ports = { records: Pick<AuditRows, 'query'>; now: () => number }

const pageSize = 1000
const pagesRead = 20

/**
 * What the record of the last 24 hours says of a partner: when a token was last issued, and which
 * customers refuse. A customer that works again has no trouble any more.
 */
export const recentUse = async ({ records, now }: Ports, partner: string): Promise<RecentUse> => {
  const query = { from: now() - recentMs, to: now() + 1, partner, size: pageSize }
  const latest = new Map<string, AuditRecord>()
  const issuedAt: number[] = []
  let left = pagesRead
  let isComplete = false
  for await (const page of allPages((from) => records.query({ ...query, ...from }))) {
    const tokens = page.items.filter(({ kind }) => kind === 'token')
    const issued = tokens.filter(isIssued).map(({ at }) => at)
    if (issued.length > 0) issuedAt.push(Math.max(...issued))
    for (const record of tokens) keepLatest(latest, record)
    isComplete = page.next === undefined
    if (--left === 0) break
  }
  const customerTroubles = [...latest.values()].flatMap(troubleOf)
  const lastUsedAt = issuedAt.length > 0 && { lastUsedAt: Math.max(...issuedAt) }
  return { customerTroubles, isComplete, ...lastUsedAt }
}

const isIssued = ({ outcome }: AuditRecord): boolean => outcome === 'issued'

// Within an hour records come by shard, so the order of reading is not the order of time.
const keepLatest = (latest: Map<string, AuditRecord>, record: AuditRecord): void => {
  const { customer } = record
  if (customer === undefined || !(isIssued(record) || isOfCustomer(record))) return
  const known = latest.get(customer)
  if (!known || known.at <= record.at) latest.set(customer, record)
}

const isOfCustomer = ({ code }: AuditRecord): boolean =>
  code === 'customer_consent_needed' || code === 'customer_blocked'

const troubleOf = ({ customer, code, reason = '', at }: AuditRecord): CustomerTrouble[] =>
  customer === undefined || code === undefined ? [] : [{ customer, code, reason, at }]
