import { randomInt, randomUUID } from 'node:crypto'
import {
  auditPartition,
  auditShards,
  type Audit,
  type AuditRecord,
  type AuditRows,
  type NewRecord,
} from './audit.ts'
import { BrokerError } from './broker-error.ts'
import { groupCommit } from './group-commit.ts'

const maxRows = 100
const maxOffered = 1000

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
