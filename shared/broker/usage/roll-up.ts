import { BrokerError } from '../broker-error.ts'
import { auditPartition, auditShards, type AuditRows } from '../audit.ts'
import { eachOf } from '../each-of.ts'
import { allPages, type Stored } from '../rows.ts'
import {
  completeUntil,
  dayOf,
  hourMs,
  monthOf,
  operatorKeptFrom,
  partnersKeptFrom,
  startOfHour,
} from './hours.ts'
import { firstRecordAt } from './oldest-record.ts'
import { laterUse, openTally, type Tally } from './tally.ts'
import { cursorKey, type PermissionUse, type UsageCursor, type UsageRows } from './usage-rows.ts'

export type RollUpPorts = { records: Pick<AuditRows, 'query'>; usage: UsageRows }

/**
 * `more`: hours, or old rows to remove, are left for another run. `cut`: hours of more records than
 * one run can count.
 */
export type RolledUp = { through: number; more: boolean; cut: number[] }

const hoursPerRun = 48
// The host ends a function after a minute, and what was counted must still be written.
const startWithinMs = 20_000
const countWithinMs = 35_000
// Fewer in that time were read from slow tables, and will be read later.
const fewestOfCut = 100_000
const rowsPerPurge = 20_000
const pageSize = 1000
const inParallel = 4

/**
 * Counts the record into usage rows, hour by hour from where the last run ended, through the last
 * complete hour. Each hour is counted from the record and written whole before the cursor passes it:
 * a run that is repeated, that dies anywhere or that runs beside another changes nothing but time.
 */
export const rollUpUsage = async (ports: RollUpPorts, now: () => number): Promise<RolledUp> => {
  const startedAt = now()
  const run = { startedAt, end: completeUntil(startedAt), now, hours: 0, cut: [] }
  const through = await catchUp(ports, run)
  const before = {
    day: dayOf(partnersKeptFrom(startedAt)),
    month: monthOf(operatorKeptFrom(startedAt)),
  }
  const purged = await ports.usage.hours.purge(before, rowsPerPurge)
  return { through, more: through < run.end || purged === 'more', cut: run.cut }
}

type Run = { startedAt: number; end: number; now: () => number; hours: number; cut: number[] }

const catchUp = async (ports: RollUpPorts, run: Run): Promise<number> => {
  const { cursor } = ports.usage
  const stored = await cursor.read(cursorKey)
  const through = stored?.value.through ?? operatorKeptFrom(run.startedAt)
  const isOver = run.hours >= hoursPerRun || run.now() - run.startedAt > startWithinMs
  if (through >= run.end || isOver) return through
  const first = await firstRecordAt(ports.records, { from: through, to: run.end })
  const hour = first === undefined ? undefined : startOfHour(first)
  if (hour !== undefined && (await rollUpHour(ports, hour, run)) === 'late') return through
  await moveCursor(cursor, stored, {
    from: stored?.value.from ?? hour ?? run.end,
    through: hour === undefined ? run.end : hour + hourMs,
  })
  return catchUp(ports, { ...run, hours: run.hours + 1 })
}

// Moved by ETag: when another run was faster, the cursor is read again and goes on from there.
const moveCursor = async (
  cursor: UsageRows['cursor'],
  stored: Stored<UsageCursor> | undefined,
  times: Omit<UsageCursor, 'v'>,
): Promise<void> => {
  const value: UsageCursor = { ...stored?.value, v: 1, ...times }
  await (stored ? cursor.replace(value, stored.etag) : cursor.add(value))
}

/**
 * `late`: there was no time to count it whole, so the next run begins with it. What a whole run
 * cannot count is cut: one busy hour must not keep all that follow from being counted.
 */
const rollUpHour = async (ports: RollUpPorts, hour: number, run: Run): Promise<'done' | 'late'> => {
  const { hours, permissionUses } = ports.usage
  const tally = openTally(hour)
  const { isWhole, counted } = await countHour(ports, tally, { hour, run })
  if (!isWhole && run.hours > 0) return 'late'
  if (!isWhole && counted < fewestOfCut) throw tooSlow()
  if (!isWhole) run.cut.push(hour)
  // What would be removed at once is not written.
  if (hour >= partnersKeptFrom(run.startedAt)) await hours.putPartnerHours(tally.partnerHours())
  await hours.putOperatorHours(tally.operatorHours(!isWhole))
  await eachOf(tally.permissionUses(), (use) => noteUse(permissionUses, use), inParallel)
  return 'done'
}

const countHour = async (
  { records }: RollUpPorts,
  tally: Tally,
  { hour, run }: { hour: number; run: Run },
): Promise<{ isWhole: boolean; counted: number }> => {
  let [isWhole, counted] = [true, 0]
  const countShard = async (shard: number): Promise<void> => {
    const partition = auditPartition(hour, shard)
    const query = { from: hour, to: hour + hourMs, partition, size: pageSize }
    for await (const page of allPages((from) => records.query({ ...query, ...from }))) {
      for (const record of page.items) tally.add(record)
      counted += page.items.length
      if (page.next === undefined || run.now() - run.startedAt <= countWithinMs) continue
      isWhole = false
      return
    }
  }
  const shards = Array.from({ length: auditShards }, (_, shard) => shard)
  await eachOf(shards, countShard, inParallel)
  return { isWhole, counted }
}

const tooSlow = () =>
  new BrokerError('upstream_unavailable', 'the record could not be read in time', {
    reason: 'usage_record_slow',
  })

const noteUse = async (rows: UsageRows['permissionUses'], use: PermissionUse): Promise<void> => {
  const stored = await rows.read(use.name)
  const value = stored ? { ...stored.value, ...laterUse(stored.value, use) } : use
  const written = stored ? await rows.replace(value, stored.etag) : await rows.add(value)
  if (written === 'changed') await noteUse(rows, use)
}
