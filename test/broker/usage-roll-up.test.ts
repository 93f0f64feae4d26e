import { beforeEach, describe, expect, test } from 'vitest'
import type { AuditRecord, AuditRows } from '../../shared/broker/audit.ts'
import { monthUsage } from '../../shared/broker/report/month-usage.ts'
import { rollUpUsage } from '../../shared/broker/usage/roll-up.ts'
import { lastIssuedAt, usageOf } from '../../shared/broker/usage/usage-of.ts'
import { inMemoryAudit } from '../contract/in-memory/audit.ts'
import { inMemoryUsage, type InMemoryUsage } from '../contract/in-memory/usage.ts'
import { graph, hourMs, issued, managed, monthRows, noon, recordAll } from './usage-fixture.ts'

const minuteMs = 60_000
const dayMs = 24 * hourMs

let records: AuditRows
let usage: InMemoryUsage
beforeEach(() => {
  records = inMemoryAudit()
  usage = inMemoryUsage()
})

const roll = (at: number) => rollUpUsage({ records, usage }, () => at)
const rollAll = async (at: number): Promise<void> => {
  while ((await roll(at)).more);
}
const linesOf = async (partner: string, at: number) =>
  (await usageOf({ usage, now: () => at }, partner)).lines
const put = (...all: AuditRecord[]) => recordAll(records, all)

describe('a roll-up', () => {
  test('counts an hour only 15 minutes after its end, and then all of it', async () => {
    await put(
      issued({ at: noon }),
      issued({ at: noon + hourMs - 1 }),
      issued({ at: noon + hourMs }),
    )
    const end = noon + hourMs + 15 * minuteMs
    await rollAll(end - 1)
    expect(await linesOf('fabrikam', end)).toEqual([])
    await rollAll(end)
    const day = '2026-03-02'
    const line = { day, audience: graph, purpose: 'billing', tokens: 2 }
    expect(await usageOf({ usage, now: () => end }, 'fabrikam')).toEqual({
      lines: [line],
      through: noon + hourMs,
    })
  })

  test('begins with the oldest record and says since when it counts', async () => {
    await put(issued({ at: noon - 20 * dayMs }), issued())
    await rollAll(noon + 2 * hourMs)
    expect((await usage.cursor.read('cursor'))?.value).toMatchObject({
      from: noon - 20 * dayMs,
      through: noon + hourMs,
    })
  })

  test('after weeks of standing still skips nothing, a bounded number of hours at a time', async () => {
    const hours = Array.from({ length: 60 }, (_, index) => noon + 5 * index * hourMs)
    await put(...hours.map((at) => issued({ at })))
    const end = noon + 20 * dayMs
    expect(await roll(end)).toMatchObject({ more: true, through: noon + 236 * hourMs })
    await rollAll(end)
    expect((await linesOf('fabrikam', end)).reduce((sum, { tokens }) => sum + tokens, 0)).toBe(60)
  })

  test('asks little of hours in which nothing was done', async () => {
    let asked = 0
    const counting = {
      query: (query: Parameters<AuditRows['query']>[0]) => (asked++, records.query(query)),
    }
    await put(issued({ at: noon - 30 * dayMs }), issued())
    await rollUpUsage({ records: counting, usage }, () => noon + dayMs)
    expect(asked).toBeLessThan(40)
  })

  test('stops beginning hours when its time is over, and goes on in the next run', async () => {
    await put(issued(), issued({ at: noon + hourMs }), issued({ at: noon + 2 * hourMs }))
    let time = noon + dayMs
    const slow = () => (time += 11_000)
    expect(await rollUpUsage({ records, usage }, slow)).toMatchObject({ more: true })
    await rollAll(noon + dayMs)
    expect(await linesOf('fabrikam', noon + dayMs)).toMatchObject([{ tokens: 3 }])
  })

  test('cuts an hour of more records than a run can count, and goes on with the next', async () => {
    await put(...Array.from({ length: 20 }, () => issued()), issued({ at: noon + hourMs }))
    let time = noon + dayMs
    // Each page holds one record, and the count goes as if it held many.
    const busy = (size: number) => ({
      query: async (query: Parameters<AuditRows['query']>[0]) => {
        const page = await records.query({ ...query, size: 1 })
        if (query.partition !== undefined) time += 10_000
        return { ...page, items: page.items.flatMap((item) => Array(size).fill(item)) }
      },
    })
    await expect(rollUpUsage({ records: busy(1), usage }, () => time)).rejects.toMatchObject({
      detail: { reason: 'usage_record_slow' },
    })
    expect((await monthRows(usage, '2026-03')).length).toBe(0)
    const { cut, more } = await rollUpUsage({ records: busy(7_000), usage }, () => time)
    expect({ cut, more }).toEqual({ cut: [noon], more: true })
    await rollAll(noon + dayMs)
    const rows = await monthRows(usage, '2026-03')
    expect(rows.map(({ hour, isCut }) => ({ hour, isCut }))).toEqual([
      { hour: noon, isCut: true },
      { hour: noon + hourMs, isCut: undefined },
    ])
    expect(await monthUsage(usage.hours, '2026-03')).toMatchObject({ cutHours: 1 })
  })

  test('leaves an hour for which there is no time any more to the next run, whole', async () => {
    await put(issued(), ...Array.from({ length: 20 }, () => issued({ at: noon + hourMs })))
    let time = noon + dayMs
    const slow = {
      query: async (query: Parameters<AuditRows['query']>[0]) => {
        if (query.partition?.startsWith('2026030213')) time += 10_000
        return records.query({ ...query, size: 1 })
      },
    }
    expect(await rollUpUsage({ records: slow, usage }, () => time)).toMatchObject({
      through: noon + hourMs,
      more: true,
      cut: [],
    })
    await rollAll(noon + dayMs)
    expect(await linesOf('fabrikam', noon + dayMs)).toMatchObject([{ tokens: 21 }])
  })

  test('tells the operator who was issued what, what was refused, and what permissions allowed', async () => {
    await put(
      issued(),
      issued({ at: noon + 1, partner: 'other' }),
      issued({ at: noon + 2, outcome: 'refused', code: 'locked_down' }),
      issued({ at: noon + 3, outcome: 'refused', code: 'locked_down' }),
      managed({
        action: 'PUT /manage/lockdowns/{name}',
        target: 'all',
        personId: 'olga',
        at: noon + 4,
      }),
      managed({ action: 'DELETE /manage/lockdowns/{name}', target: 'all', at: noon + 5 }),
      managed({
        action: 'PUT /manage/lockdowns/{name}',
        target: 'no',
        outcome: 'refused',
        at: noon + 6,
      }),
    )
    await rollAll(noon + 2 * hourMs)
    const lines = (await monthRows(usage, '2026-03')).flatMap((row) => row.lines)
    expect(lines).toEqual([
      { kind: 'issued', caller: 'tenant/shop', audience: graph, purpose: 'billing', count: 2 },
      { kind: 'refused', code: 'locked_down', count: 2 },
      { kind: 'permission', name: 'billing-service', count: 2 },
      {
        kind: 'lockdown',
        name: 'all',
        change: 'lifted',
        at: noon + 5,
        by: 'tenant/shop',
        count: 1,
      },
      { kind: 'lockdown', name: 'all', change: 'set', at: noon + 4, by: 'olga', count: 1 },
    ])
  })

  test('notes when each permission last allowed, in mode audit would have, and was last written', async () => {
    await put(
      issued({ at: noon - dayMs }),
      issued({ at: noon, trials: ['next=allowed', 'old=expired'] }),
      managed({ action: 'PUT /manage/permissions/{name}', target: 'next', at: noon - 2 * dayMs }),
    )
    await rollAll(noon + 2 * hourMs)
    const read = async (name: string) => (await usage.permissionUses.read(name))?.value
    expect(await read('billing-service')).toMatchObject({ lastUsedAt: noon })
    expect(await read('next')).toMatchObject({ lastUsedAt: noon, changedAt: noon - 2 * dayMs })
    expect(await read('old')).toBeUndefined()
  })
})

test('a use that another run notes meanwhile does not push this one aside', async () => {
  let isFirst = true
  const contended: InMemoryUsage = inMemoryUsage({
    beforeWrite: async ({ key }) => {
      if (key !== 'billing-service' || !isFirst) return
      isFirst = false
      await contended.permissionUses.add({ v: 1, name: key, lastUsedAt: noon - dayMs })
    },
  })
  await put(issued())
  await rollUpUsage({ records, usage: contended }, () => noon + 2 * hourMs)
  const use = await contended.permissionUses.read('billing-service')
  expect(use?.value.lastUsedAt).toBe(noon)
})

describe('what a partner is shown', () => {
  test('is by day, audience, purpose and customer, the latest day first', async () => {
    await put(
      issued({ at: noon - dayMs }),
      issued({ at: noon - dayMs + hourMs }),
      issued({ customer: 'adatum' }),
      issued({ partner: 'other' }),
      issued({ outcome: 'refused', code: 'throttled' }),
    )
    await rollAll(noon + 2 * hourMs)
    const common = { audience: graph, purpose: 'billing' }
    expect(await linesOf('fabrikam', noon + 2 * hourMs)).toEqual([
      { day: '2026-03-02', ...common, customer: 'adatum', tokens: 1 },
      { day: '2026-03-01', ...common, tokens: 2 },
    ])
  })

  test('ends with what was before 30 days, while the last use is known for longer', async () => {
    await put(issued({ at: noon - 29 * dayMs }), issued({ at: noon - 30 * dayMs, purpose: 'old' }))
    await put(issued({ at: noon - 50 * dayMs, partner: 'quiet' }))
    await rollAll(noon)
    expect(await linesOf('fabrikam', noon)).toMatchObject([{ purpose: 'billing' }])
    expect(await linesOf('quiet', noon)).toEqual([])
    const last = (partner: string) => lastIssuedAt({ usage, now: () => noon }, partner)
    expect(await last('fabrikam')).toBe(noon - 29 * dayMs)
    expect(await last('quiet')).toBe(noon - 50 * dayMs)
    expect(await last('never')).toBeUndefined()
  })

  test('ends a day of very many customers in one line that says how many tokens are left out', async () => {
    const many = Array.from({ length: 1500 }, (_, index) =>
      issued({ customer: `customer-${index}` }),
    )
    await put(...many, issued({ customer: 'customer-1499' }))
    await rollAll(noon + 2 * hourMs)
    const lines = await linesOf('fabrikam', noon + 2 * hourMs)
    expect(lines).toHaveLength(201)
    expect(lines[0]).toMatchObject({ customer: 'customer-1499', tokens: 2 })
    expect(lines.at(-1)).toEqual({
      day: '2026-03-02',
      audience: 'others',
      purpose: 'others',
      tokens: 1501 - 201,
    })
  })

  test('keeps each column below what a table takes, whatever callers wrote', async () => {
    const hostile = '\u0000\u202E"'.repeat(5000)
    await put(
      ...Array.from({ length: 300 }, (_, index) =>
        issued({ customer: `${index}${hostile}`, purpose: hostile, audience: hostile }),
      ),
    )
    await rollAll(noon + 2 * hourMs)
    const rows = await usage.hours.partnerDay('fabrikam', '2026-03-02')
    expect(rows.length).toBeGreaterThan(1)
    for (const { lines } of rows) expect(JSON.stringify(lines).length).toBeLessThanOrEqual(32_768)
  })
})

describe('old rows', () => {
  test('of partners are gone after 62 days, of the operator after 13 months', async () => {
    await put(...[0, 61, 62, 63, 390, 400].map((days) => issued({ at: noon - days * dayMs })))
    const kept = async (days: number) => {
      const day = new Date(noon - days * dayMs).toISOString().slice(0, 10)
      return (await usage.hours.partnerDay('fabrikam', day)).length
    }
    await rollAll(noon - 61 * dayMs + 2 * hourMs)
    expect([await kept(62), await kept(63), await kept(390)]).toEqual([1, 1, 0])
    expect(await monthRows(usage, '2025-01')).toHaveLength(1)
    await rollAll(noon + 2 * hourMs)
    expect([await kept(0), await kept(62), await kept(63)]).toEqual([1, 1, 0])
    expect(await monthRows(usage, '2025-02')).toHaveLength(1)
    expect(await monthRows(usage, '2025-01')).toEqual([])
  })

  test('are removed a bounded number at a time', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => ({
      v: 1 as const,
      partner: `partner-${index}`,
      hour: noon - 100 * dayMs,
      part: 0,
      lastIssuedAt: noon,
      lines: [],
    }))
    await usage.hours.putPartnerHours(rows)
    expect((await roll(noon)).more).toBe(true)
    expect((await roll(noon)).more).toBe(false)
  })
})
