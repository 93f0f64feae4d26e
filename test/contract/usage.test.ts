import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { auditTable } from '../../shared/azure/tables/audit.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { openTable } from '../../shared/azure/tables/table-client.ts'
import { usageTable } from '../../shared/azure/tables/usage.ts'
import { auditPartition } from '../../shared/broker/audit.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import { rollUpUsage } from '../../shared/broker/usage/roll-up.ts'
import { usageOf } from '../../shared/broker/usage/usage-of.ts'
import type { PermissionUse } from '../../shared/broker/usage/usage-rows.ts'
import { inMemoryRows } from './in-memory/rows.ts'
import { inMemoryUsage } from './in-memory/usage.ts'
import { startTables, type LocalTables } from './local-tables.ts'
import { rowsContract, type RowsSubject } from './rows.ts'
import { sampleAuditRecord } from './samples.ts'
import { sampleOperatorHour, samplePartnerHour, usageHoursContract } from './usage.ts'

let tables: LocalTables
let usage: ReturnType<typeof usageTable>
const noon = Date.parse('2026-03-01T12:00:00.000Z')
const hourMs = 3600_000

const unreadable = (row: object) => {
  throw new Error(`unreadable: ${JSON.stringify(row)}`)
}

beforeAll(async () => {
  tables = await startTables()
  await createTables(tables.account)
  usage = usageTable(tables.account, unreadable)
})
afterAll(() => tables.stop())
afterEach(() => tables.door.clearFaults())

usageHoursContract('hours in a table', () => usage.hours)
const inMemory = inMemoryUsage()
usageHoursContract('hours in memory', () => inMemory.hours)

const uses: Omit<RowsSubject<PermissionUse>, 'rows'> = {
  keyOf: ({ name }) => name,
  sample: () => ({ v: 1, name: randomUUID(), lastUsedAt: noon + 125, changedAt: noon }),
  change: ({ changedAt: _, ...use }) => ({ ...use, lastUsedAt: noon + hourMs }),
}
rowsContract('uses of permissions in a table', {
  ...uses,
  rows: (): Rows<PermissionUse> => usage.permissionUses,
  losingAnswer: (write) => tables.losingAnswer(write),
})
const memory = inMemoryRows(uses.keyOf)
rowsContract('uses of permissions in memory', { ...uses, rows: () => memory })

describe('the usage table', () => {
  it('keeps one cursor, which moves by its ETag', async () => {
    const cursor = { v: 1 as const, from: noon, through: noon + hourMs }
    await usage.cursor.add(cursor)
    const stored = await usage.cursor.read('cursor')
    expect(stored?.value).toEqual(cursor)
    const next = { ...cursor, through: noon + 2 * hourMs }
    expect(await usage.cursor.replace(next, stored?.etag ?? '')).not.toBe('changed')
    expect(await usage.cursor.replace(cursor, stored?.etag ?? '')).toBe('changed')
    await usage.cursor.remove('cursor')
  })

  it('writes the hours of a thousand partners in a few dozen requests', async () => {
    const rows = Array.from({ length: 1000 }, () => samplePartnerHour())
    const before = tables.door.requests().length
    await usage.hours.putPartnerHours(rows)
    expect(tables.door.requests().length - before).toBeLessThanOrEqual(32)
    const [row] = rows
    expect(await usage.hours.partnerDay(row?.partner ?? '', '2026-03-01')).toEqual([row])
  })

  it('takes hours of as many lines as are kept: no transaction grows too large', async () => {
    const line = { audience: 'a'.repeat(200), purpose: 'p'.repeat(200), customer: 'é'.repeat(200) }
    const lines = Array.from({ length: 45 }, (_, tokens) => ({ ...line, tokens }))
    const { partner } = samplePartnerHour()
    const rows = Array.from({ length: 120 }, (_, part) =>
      samplePartnerHour({ partner, part, lines }),
    )
    await usage.hours.putPartnerHours(rows)
    expect(await usage.hours.partnerDay(partner, '2026-03-01')).toHaveLength(120)
  })

  it('removes no more than it is told to, and says that more is left', async () => {
    const hour = Date.parse('2019-01-01T00:00:00Z')
    const { partner } = samplePartnerHour()
    const rows = Array.from({ length: 2100 }, (_, part) =>
      samplePartnerHour({ partner, hour, part, lines: [] }),
    )
    await usage.hours.putPartnerHours(rows)
    const before = { day: '2019-01-02', month: '2019-01' }
    expect(await usage.hours.purge(before, 1000)).toBe('more')
    expect(await usage.hours.partnerDay(partner, '2019-01-01')).toHaveLength(1100)
    expect(await usage.hours.purge(before, 10_000)).toBe('done')
    expect(await usage.hours.partnerDay(partner, '2019-01-01')).toEqual([])
  })

  it('does not pass over an hour that cannot be read', async () => {
    const row = sampleOperatorHour({ hour: Date.parse('2018-05-01T00:00:00Z') })
    await usage.hours.putOperatorHours([row])
    const table = openTable({ ...tables.account, tableName: 'usage' })
    await table.call((client, options) =>
      client.updateEntity(
        { partitionKey: 'operator:2018-05', rowKey: '01T00-0000', lines: 'x' },
        'Merge',
        options,
      ),
    )
    await expect(usage.hours.month('2018-05', {})).rejects.toMatchObject({ code: 'internal' })
  })
})

it('a record in a table is rolled up into a table', async () => {
  const records = auditTable(tables.account)
  const [first, second] = [sampleAuditRecord(), sampleAuditRecord()]
  const partner = first.partner ?? ''
  await records.append(auditPartition(noon, 0), [first])
  await records.append(auditPartition(noon, 15), [{ ...second, partner, purpose: 'support' }])
  const now = () => noon + 26 * hourMs
  while ((await rollUpUsage({ records, usage }, now)).more);
  const { lines, through } = await usageOf({ usage, now }, partner)
  expect(through).toBe(noon + 25 * hourMs)
  expect(lines.map(({ purpose, tokens }) => [purpose, tokens])).toEqual(
    expect.arrayContaining([
      ['billing', 1],
      ['support', 1],
    ]),
  )
})
