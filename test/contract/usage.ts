import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { OperatorHour, PartnerHour, UsageHours } from '../../shared/broker/usage/usage-rows.ts'

const hourMs = 3600_000
const noon = Date.parse('2026-03-01T12:00:00.000Z')
const graph = 'https://graph.microsoft.com'

/** A partner's hour with every field. */
export const samplePartnerHour = (more: Partial<PartnerHour> = {}): PartnerHour => ({
  v: 1,
  partner: randomUUID(),
  hour: noon,
  part: 0,
  lastIssuedAt: noon + 125,
  lines: [
    { audience: graph, purpose: 'billing', customer: randomUUID(), tokens: 3 },
    { audience: graph, purpose: 'billing', tokens: 1 },
  ],
  ...more,
})

/** An operator's hour with a line of each kind. */
export const sampleOperatorHour = (more: Partial<OperatorHour> = {}): OperatorHour => ({
  v: 1,
  hour: noon,
  part: 0,
  lines: [
    { kind: 'issued', caller: 'tenant/shop', audience: graph, purpose: 'billing', count: 3 },
    { kind: 'refused', code: 'locked_down', count: 2 },
    { kind: 'permission', name: 'billing-service', count: 3 },
    { kind: 'lockdown', name: 'all', change: 'set', at: noon + 1, by: 'olga', count: 1 },
    { kind: 'others', of: 'issued', count: 7 },
  ],
  ...more,
})

/** What every implementation of `UsageHours` does. Rows of other tests may stand beside. */
export const usageHoursContract = (name: string, hours: () => UsageHours): void => {
  describe(name, () => {
    it('gives back every field of a partner’s hours, of that day and partner only', async () => {
      const row = samplePartnerHour()
      const { partner } = row
      const second = { ...row, part: 1 }
      const later = { ...row, hour: noon + hourMs }
      const nextDay = { ...row, hour: noon + 12 * hourMs }
      await hours().putPartnerHours([row, second, later, nextDay, samplePartnerHour()])
      expect(await hours().partnerDay(partner, '2026-03-01')).toEqual([row, second, later])
      expect(await hours().partnerDay(partner, '2026-03-02')).toEqual([nextDay])
      expect(await hours().partnerDay(randomUUID(), '2026-03-01')).toEqual([])
    })

    it('writes rows whole, as often as one likes', async () => {
      const row = samplePartnerHour()
      await hours().putPartnerHours([row])
      await hours().putPartnerHours([{ ...row, lines: [] }])
      await hours().putPartnerHours([{ ...row, lines: [] }])
      expect(await hours().partnerDay(row.partner, '2026-03-01')).toEqual([{ ...row, lines: [] }])
    })

    it('writes nothing for no rows', async () => {
      await hours().putPartnerHours([])
      await hours().putOperatorHours([])
    })

    it('gives back every field of the operator’s hours of a month, in order of time', async () => {
      const early = sampleOperatorHour({ hour: Date.parse('2025-06-01T00:00:00Z') })
      const late = sampleOperatorHour({ hour: Date.parse('2025-06-30T23:00:00Z') })
      const next = sampleOperatorHour({ hour: Date.parse('2025-07-01T00:00:00Z') })
      const parts = [early, { ...early, part: 1, isCut: true as const }, late]
      await hours().putOperatorHours([...parts.toReversed(), next])
      expect(await monthOf(hours(), '2025-06')).toEqual(parts)
      expect(await monthOf(hours(), '2025-07')).toEqual([next])
      expect(await monthOf(hours(), '2025-08')).toEqual([])
    })

    it('removes what is older than a day and a month, and nothing else', async () => {
      const old = samplePartnerHour({ hour: Date.parse('2020-01-31T23:00:00Z') })
      const { partner } = old
      const kept = { ...old, hour: Date.parse('2020-02-01T00:00:00Z') }
      const oldMonth = sampleOperatorHour({ hour: old.hour })
      const keptMonth = sampleOperatorHour({ hour: kept.hour })
      await hours().putPartnerHours([old, kept])
      await hours().putOperatorHours([oldMonth, keptMonth])
      const before = { day: '2020-02-01', month: '2020-02' }
      expect(await hours().purge(before, 1000)).toBe('done')
      expect(await hours().partnerDay(partner, '2020-01-31')).toEqual([])
      expect(await hours().partnerDay(partner, '2020-02-01')).toEqual([kept])
      expect(await monthOf(hours(), '2020-01')).toEqual([])
      expect(await monthOf(hours(), '2020-02')).toEqual([keptMonth])
      expect(await hours().purge(before, 1000)).toBe('done')
    })
  })
}

const monthOf = async (hours: UsageHours, month: string): Promise<OperatorHour[]> => {
  const rows: OperatorHour[] = []
  let from: { after?: string } | undefined = {}
  while (from) {
    const page: Awaited<ReturnType<UsageHours['month']>> = await hours.month(month, from)
    rows.push(...page.items)
    from = page.next === undefined ? undefined : { after: page.next }
  }
  return rows
}
