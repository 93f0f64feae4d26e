import type { AuditRows } from '../audit.ts'
import type { Permission } from '../permission.ts'
import type { Rows } from '../rows.ts'
import { completeUntil, dayMs, hourMs } from '../usage/hours.ts'
import { firstRecordAt } from '../usage/oldest-record.ts'
import { cursorKey, type UsageCursor, type UsageRows } from '../usage/usage-rows.ts'
import { monthUsage, type MonthUsage } from './month-usage.ts'
import { partnerCensus, type CensusPorts, type PartnerCensus } from './partner-census.ts'
import { unusedPermissions, type UnusedPermission } from './unused-permissions.ts'

export type ReportPorts = CensusPorts & {
  permissions: Pick<Rows<Permission>, 'list'>
  records: Pick<AuditRows, 'query'>
  usage: UsageRows
  auditKeepDays: number
}

/** What an auditor asks for. Times in milliseconds since the epoch. */
export type Report = {
  at: number
  month: string
  partners: PartnerCensus
  usage: MonthUsage
  unusedPermissions: UnusedPermission[]
  rolledUp: RolledUpSpan
  record: RecordAge
}

/** Which hours of the record are counted; `isLagging`: fewer than there should be by now. */
export type RolledUpSpan = { from?: number; through?: number; isLagging: boolean }

/** `isOverdue`: there are records older than the operator means to keep. */
export type RecordAge = { oldestAt?: number; keepDays: number; isOverdue: boolean }

// The timer asks for a run each hour; one may be missed.
const lagMs = 2 * hourMs

/** Everything for one month (`YYYY-MM`, UTC) and about the partners as they are now. */
export const makeReport = async (ports: ReportPorts, month: string): Promise<Report> => {
  const { usage, permissions, now } = ports
  const at = now()
  const [partners, counted, unused, cursor, record] = await Promise.all([
    partnerCensus(ports),
    monthUsage(usage.hours, month),
    unusedPermissions({ permissions, permissionUses: usage.permissionUses }, at),
    usage.cursor.read(cursorKey),
    recordAge(ports, at),
  ])
  const rolledUp = spanOf(cursor?.value, record, at)
  return { at, month, partners, usage: counted, unusedPermissions: unused, rolledUp, record }
}

const spanOf = (
  cursor: UsageCursor | undefined,
  { oldestAt }: RecordAge,
  now: number,
): RolledUpSpan => {
  const isLate = (through: number) => through < completeUntil(now) - lagMs
  // Before the first run of a new broker there is nothing to count yet.
  if (!cursor) return { isLagging: oldestAt !== undefined && isLate(oldestAt) }
  const { from, through } = cursor
  return { from, through, isLagging: isLate(through) }
}

const recordAge = async (
  { records, auditKeepDays: keepDays }: ReportPorts,
  now: number,
): Promise<RecordAge> => {
  const oldestAt = await firstRecordAt(records, { from: 0, to: now })
  if (oldestAt === undefined) return { keepDays, isOverdue: false }
  return { oldestAt, keepDays, isOverdue: oldestAt < now - keepDays * dayMs }
}
