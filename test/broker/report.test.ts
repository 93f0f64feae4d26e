import { beforeEach, describe, expect, test } from 'vitest'
import type { AuditRows } from '../../shared/broker/audit.ts'
import { shardOf, type Grant } from '../../shared/broker/grant.ts'
import type { ListShards } from '../../shared/broker/report/partner-census.ts'
import { makeReport } from '../../shared/broker/report/report.ts'
import type { Rows, Stored } from '../../shared/broker/rows.ts'
import { warningsOf } from '../../shared/http/manage/report-warnings.ts'
import { inMemoryAudit } from '../contract/in-memory/audit.ts'
import { inMemoryPolicy, type InMemoryPolicy } from '../contract/in-memory/policy.ts'
import { inMemoryRows } from '../contract/in-memory/rows.ts'
import { inMemoryUsage, type InMemoryUsage } from '../contract/in-memory/usage.ts'
import { sampleGrant, samplePermission, sampleRevocation } from '../contract/samples.ts'
import { hourMs, issued, noon, recordAll } from './usage-fixture.ts'

const dayMs = 24 * hourMs

let policy: InMemoryPolicy
let grants: Rows<Grant>
let usage: InMemoryUsage
let records: AuditRows
beforeEach(() => {
  policy = inMemoryPolicy()
  grants = inMemoryRows(({ partner }) => partner)
  usage = inMemoryUsage()
  records = inMemoryAudit()
})

const listShards: ListShards = async ({ from, before }, wanted) => {
  const page = await grants.list(wanted)
  const isIn = ({ value: { partner } }: Stored<Grant>) =>
    shardOf(partner) >= from && shardOf(partner) < before
  return { ...page, items: page.items.filter(isIn) }
}

const report = (now: () => number = () => noon) =>
  makeReport({ ...policy, listShards, usage, records, auditKeepDays: 400, now }, '2026-03')

const healthy = (): Grant => {
  const { lastFailure: _, revokedAt: __, revokedBy: ___, ...grant } = sampleGrant()
  const sealed = { ...grant.sealed, sealedAt: noon }
  return {
    ...grant,
    sealed,
    consentedAt: noon - dayMs,
    begunAt: noon - dayMs,
    endsAt: noon + 300 * dayMs,
  }
}
const dead = (at: number, more: Partial<Grant> = {}): Grant => ({
  ...healthy(),
  status: 'consent_needed',
  lastFailure: { at, reason: 'invalid_grant', errorCodes: [700082] },
  ...more,
})

describe('partners now', () => {
  test('are counted by status; a revocation counts before the row says so', async () => {
    const revoked = healthy()
    const all = [
      healthy(),
      healthy(),
      dead(noon - 1),
      revoked,
      { ...healthy(), endsAt: noon + dayMs },
    ]
    for (const grant of all) await grants.add(grant)
    await policy.revocations.add({ ...sampleRevocation(), partner: revoked.partner, generation: 3 })
    expect((await report()).partners).toMatchObject({
      counted: 5,
      byStatus: { active: 2, expiring: 1, degraded: 0, consent_needed: 1, revoked: 1 },
      isComplete: true,
    })
  })

  test('for whom somebody must act come most urgent first; who was revoked on purpose is not among them', async () => {
    const soon = { ...healthy(), endsAt: noon + 3 * dayMs }
    const [older, newer] = [dead(noon - 2 * dayMs), dead(noon - dayMs)]
    for (const grant of [
      soon,
      newer,
      healthy(),
      { ...healthy(), status: 'revoked' as const },
      older,
    ]) {
      await grants.add(grant)
    }
    const { mustAct, mustActMore } = (await report()).partners
    expect(mustAct.map(({ partner }) => partner)).toEqual(
      [older, newer, soon].map(({ partner }) => partner),
    )
    expect(mustActMore).toBe(0)
  })

  test('are listed up to 200 across all pages, and it says how many more there are', async () => {
    const first = dead(noon - 9999, { partner: 'zzzz' })
    for (let count = 1; count <= 2500; count++) {
      await grants.add(count % 10 === 0 ? dead(noon - count) : healthy())
    }
    await grants.add(first)
    const { counted, mustAct, mustActMore } = (await report()).partners
    expect(counted).toBe(2501)
    expect(mustAct).toHaveLength(200)
    expect(mustAct[0]?.partner).toBe('zzzz')
    expect(mustActMore).toBe(51)
  })

  test('that are too many to count in time are said to be', async () => {
    for (let count = 0; count < 1500; count++) await grants.add(healthy())
    let time = noon
    const { isComplete, counted } = (await report(() => (time += 30_000))).partners
    expect({ isComplete, counted }).toEqual({ isComplete: false, counted: 1000 })
  })
})

describe('permissions unused for 90 days', () => {
  test('are told with when they were last used, or never; young ones are marked', async () => {
    const names = ['used', 'stale', 'never', 'young']
    for (const name of names)
      await policy.permissions.add({ ...samplePermission(), name, mode: 'enforce' })
    const uses = [
      { name: 'used', lastUsedAt: noon - 89 * dayMs },
      { name: 'stale', lastUsedAt: noon - 91 * dayMs, changedAt: noon - 200 * dayMs },
      { name: 'young', changedAt: noon - dayMs },
      { name: 'deleted', lastUsedAt: noon - 300 * dayMs },
    ]
    for (const use of uses) await usage.permissionUses.add({ v: 1, ...use })
    const { unusedPermissions } = await report()
    expect(unusedPermissions).toEqual(
      expect.arrayContaining([
        { name: 'never', mode: 'enforce' },
        { name: 'young', mode: 'enforce', changedAt: noon - dayMs },
        { name: 'stale', mode: 'enforce', lastUsedAt: noon - 91 * dayMs },
      ]),
    )
    expect(unusedPermissions).toHaveLength(3)
  })
})

describe('the counting', () => {
  test.each([
    [noon - 2 * hourMs, false],
    [noon - 3 * hourMs, false],
    [noon - 4 * hourMs, true],
  ])('through %d is told to lag: %s', async (through, isLagging) => {
    await usage.cursor.add({ v: 1, from: noon - dayMs, through })
    expect((await report()).rolledUp).toEqual({ from: noon - dayMs, through, isLagging })
  })

  test('that never ran lags once there is an hour that it should have counted', async () => {
    expect((await report()).rolledUp).toEqual({ isLagging: false })
    await recordAll(records, [issued({ at: noon - hourMs })])
    expect((await report()).rolledUp).toEqual({ isLagging: false })
    await recordAll(records, [issued({ at: noon - 4 * hourMs })])
    expect((await report()).rolledUp).toEqual({ isLagging: true })
  })
})

test.each([
  ['2028-02', '2028-03-01T00:15Z', '2028-02-29T23:00Z', ['the end of this month is not counted']],
  ['2028-02', '2028-03-01T01:00Z', '2028-03-01T00:00Z', []],
  ['2026-12', '2027-01-01T00:00Z', '2026-12-31T23:00Z', ['the end of this month is not counted']],
  ['2027-01', '2027-01-01T00:00Z', '2026-12-31T23:00Z', []],
  ['2027-02', '2027-01-31T23:59Z', '2027-01-31T23:00Z', ['this month has not begun']],
  ['2026-12', '2027-01-31T12:00Z', '2026-12-31T20:00Z', ['tokens and refusals are counted late']],
])('of %s, asked at %s and counted through %s, warns %j', async (...row) => {
  const [month, at, through, said] = row
  await usage.cursor.add({ v: 1, from: noon - 400 * dayMs, through: Date.parse(through) })
  const ports = { ...policy, listShards, usage, records, auditKeepDays: 400 }
  const warnings = warningsOf(await makeReport({ ...ports, now: () => Date.parse(at) }, month))
  expect(warnings).toEqual(said.map((text) => expect.stringContaining(text)))
})

test('an hour that was cut is told of', async () => {
  const line = { kind: 'refused', code: 'throttled', count: 1 } as const
  await usage.hours.putOperatorHours([{ v: 1, hour: noon, part: 0, lines: [line], isCut: true }])
  expect(warningsOf(await report())).toContain(
    'hours with more records than can be counted: 1; there was more than is shown',
  )
})

test.each([
  [399, false],
  [401, true],
])('a record %d days old is overdue at 400 days: %s', async (days, isOverdue) => {
  const oldestAt = noon - days * dayMs
  await recordAll(records, [issued({ at: oldestAt }), issued({ at: noon - 1 })])
  expect((await report()).record).toEqual({ oldestAt, keepDays: 400, isOverdue })
})

test('lines of many hours add up, and lockdowns come in order of time', async () => {
  const line = { kind: 'issued', caller: 't/shop', audience: 'a', purpose: 'p', count: 2 } as const
  const lockdown = { kind: 'lockdown', name: 'all', by: 'olga', count: 1 } as const
  const hours = [noon, noon + hourMs, noon + 2 * hourMs]
  const changes = ['set', 'lifted', 'set'] as const
  const rows = hours.map((hour, index) => ({
    v: 1 as const,
    hour,
    part: 0,
    lines: [line, { ...lockdown, change: changes[index] ?? 'set', at: hour + 1 }],
  }))
  await usage.hours.putOperatorHours(rows.toReversed())
  const { issued: lines, lockdowns, others } = (await report()).usage
  expect(lines).toEqual([{ ...line, count: 6 }])
  expect(lockdowns.map(({ change }) => change)).toEqual(changes)
  expect(others).toEqual([])
})
