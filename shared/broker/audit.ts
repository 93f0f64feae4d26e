import { randomInt, randomUUID } from 'node:crypto'
import { BrokerError, type BrokerErrorCode } from './broker-error.ts'
import { groupCommit } from './group-commit.ts'
import type { Page } from './rows.ts'

/** One line of the record. Append only; times in milliseconds since the epoch. */
export type AuditRecord = {
  v: 1
  id: string
  at: number
  /** `token`: a request for a token. `management`: a change by an operator. */
  kind: 'token' | 'management'
  outcome: 'issued' | 'refused' | 'done'
  correlationId: string
  /** The application that asked. */
  callerTenant: string
  callerId: string
  /** Object id of the person, where a person called. */
  personId?: string
  partner?: string
  customer?: string
  audience?: string
  scopes?: string[]
  purpose?: string
  permission?: string
  /** What permissions in mode `audit` would have decided: `{name}=allowed` or `{name}={reason}`. */
  trials?: string[]
  address?: string
  generation?: number
  /** SHA-256 of the access token; never the token. */
  tokenHash?: string
  expiresAt?: number
  code?: BrokerErrorCode
  reason?: string
  /** Of a management call: method, route and what it was about. */
  action?: string
  target?: string
}

export type AuditQuery = {
  from: number
  to: number
  partner?: string
  /** `{tenant}/{clientId}` */
  caller?: string
  correlation?: string
  after?: string
  size: number
}

/** The audit table. `append` treats rows of ours that are there already as written. */
export type AuditRows = {
  append: (partition: string, records: AuditRecord[]) => Promise<void>
  query: (query: AuditQuery) => Promise<Page<AuditRecord>>
}

/** `commit` returns when the record is durable; `offer` never waits and never fails. */
export type Audit = {
  commit: (record: NewRecord) => Promise<void>
  offer: (record: NewRecord) => void
}

export type NewRecord = Omit<AuditRecord, 'v' | 'id' | 'at'>

/** Partitions of one hour, so that many instances write side by side. */
export const auditShards = 16
const maxRows = 100
const maxOffered = 1000

/** The partition of a time and shard, such as `2026112314-3`. */
export const auditPartition = (at: number, shard: number): string =>
  `${new Date(at).toISOString().slice(0, 13).replaceAll(/\D/g, '')}-${shard.toString(16)}`

type AuditPorts = {
  rows: Pick<AuditRows, 'append'>
  /** One line that no sampling drops, beside the row. */
  line: (record: AuditRecord) => void
  /** Records that had to be dropped because too many wait. */
  onOverflow: (dropped: number) => void
  now: () => number
}

/** Records by group commit; an instance keeps to one shard, so that its rows share transactions. */
export const openAudit = (ports: AuditPorts): Audit => {
  const write = auditWriter(ports.rows)
  const complete = (record: NewRecord): AuditRecord => ({
    v: 1,
    id: randomUUID(),
    at: ports.now(),
    ...record,
  })
  return {
    commit: (record) => commit(write, ports, complete(record)),
    offer: offering(write, ports, complete),
  }
}

type Write = (record: AuditRecord) => Promise<void>

const auditWriter = ({ append }: Pick<AuditRows, 'append'>): Write => {
  const shard = randomInt(auditShards)
  const partitionOf = ({ at }: AuditRecord) => auditPartition(at, shard)
  return groupCommit<AuditRecord>({
    write: (records) => append(partitionOf(firstOf(records)), records),
    partitionOf,
    maxItems: maxRows,
  })
}

const commit = async (write: Write, { line }: AuditPorts, record: AuditRecord): Promise<void> => {
  try {
    await write(record)
  } catch {
    const refused = notRecorded(record.kind)
    line({ ...record, outcome: 'refused', code: refused.code, reason: 'audit_unavailable' })
    throw refused
  }
  line(record)
}

const offering = (
  write: Write,
  { line, onOverflow }: AuditPorts,
  complete: (record: NewRecord) => AuditRecord,
): Audit['offer'] => {
  let waiting = 0
  let dropped = 0
  return (record) => {
    const whole = complete(record)
    line(whole)
    if (waiting >= maxOffered) return onOverflow(++dropped)
    waiting++
    void write(whole)
      .catch(() => onOverflow(++dropped))
      .finally(() => waiting--)
  }
}

const firstOf = (records: AuditRecord[]): AuditRecord => {
  const [first] = records
  if (!first) throw new Error('nothing to write')
  return first
}

// Without a record there is no token: the caller is told to come back.
const notRecorded = (kind: AuditRecord['kind']): BrokerError =>
  new BrokerError(
    'upstream_unavailable',
    kind === 'token'
      ? 'the token could not be put on record, so it was not given out. Try again shortly'
      : 'the change was made but could not be put on record. Try again shortly',
    { reason: 'audit_unavailable', retryAfterSeconds: 5 },
  )
