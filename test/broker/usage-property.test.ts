import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AuditRecord, AuditRows } from '../../shared/broker/audit.ts'
import { rollUpUsage } from '../../shared/broker/usage/roll-up.ts'
import type { PermissionUse } from '../../shared/broker/usage/usage-rows.ts'
import { usageOf } from '../../shared/broker/usage/usage-of.ts'
import { inMemoryAudit } from '../contract/in-memory/audit.ts'
import { inMemoryUsage } from '../contract/in-memory/usage.ts'
import { graph, hourMs, issued, managed, monthRows, noon, recordAll } from './usage-fixture.ts'

// Hours before the last one; far apart, so that gaps and full days both come.
const moments = fc
  .tuple(fc.constantFrom(1, 2, 3, 20, 90, 91, 400), fc.nat(hourMs - 1))
  .map(([hours, ms]) => noon - hours * hourMs + ms)

const facts = fc.record({
  at: moments,
  partner: fc.constantFrom('fabrikam', 'adventure'),
  customer: fc.constantFrom('adatum', 'others', undefined),
  purpose: fc.constantFrom('billing', 'others'),
  callerId: fc.constantFrom('shop', 'desk'),
  permission: fc.constantFrom('one', 'two'),
})

const records: fc.Arbitrary<AuditRecord> = fc.oneof(
  {
    weight: 4,
    arbitrary: facts.map(({ customer, ...all }) =>
      issued({ ...all, ...(customer !== undefined && { customer }) }),
    ),
  },
  facts.map(({ at, partner }) => issued({ at, partner, outcome: 'refused', code: 'locked_down' })),
  facts.map(({ at, permission }) =>
    managed({ at, action: 'PUT /manage/permissions/{name}', target: permission }),
  ),
  facts.map(({ at, permission }) =>
    managed({ at, action: 'PUT /manage/lockdowns/{name}', target: permission }),
  ),
)

type Plan = { records: AuditRecord[]; runs: number[]; crashes: number[] }

const plans = fc.record<Plan>({
  records: fc.array(records, { maxLength: 40 }),
  // When each run begins, in hours before the last one: side by side, and in any order.
  runs: fc.array(fc.constantFrom(0, 2, 50, 300), { minLength: 1, maxLength: 5 }),
  crashes: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
})

const settled = noon + 15 * 60_000

/** Plays runs side by side, some of which die before or after a write, and then one to the end. */
const play = async (plan: Plan, scheduler: fc.Scheduler) => {
  const audit = inMemoryAudit()
  await recordAll(audit, plan.records)
  const stage = { isOpen: true, steps: 0 }
  const step = async () => {
    if (!stage.isOpen) return
    const isCrash = plan.crashes.includes(++stage.steps)
    await scheduler.schedule(Promise.resolve())
    if (isCrash) throw new Error('the worker died')
  }
  const usage = inMemoryUsage({ beforeWrite: step, afterWrite: step })
  const stepped: Pick<AuditRows, 'query'> = {
    query: async (query) => {
      await step()
      return audit.query(query)
    },
  }
  const runs = plan.runs.map((hours) =>
    rollUpUsage({ records: stepped, usage }, () => settled - hours * hourMs).catch(() => undefined),
  )
  await scheduler.waitIdle()
  await Promise.all(runs)
  stage.isOpen = false
  while ((await rollUpUsage({ records: audit, usage }, () => settled)).more);
  return usage
}

const countBy = (keys: string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(keys, (key) => key)].map(([key, group]) => [key, group.length]),
  )

const latest = (all: AuditRecord[]): number | undefined =>
  all.length > 0 ? Math.max(...all.map(({ at }) => at)) : undefined

/** What the record says, counted plainly. */
const plainly = (all: AuditRecord[]) => {
  const tokens = all.filter(({ outcome }) => outcome === 'issued')
  return {
    issued: countBy(tokens.map(({ callerId, purpose }) => `${callerId} ${purpose}`)),
    refused: all.filter(({ outcome }) => outcome === 'refused').length,
    lockdowns: all.filter(({ action }) => action?.includes('lockdowns')).length,
    partner: countBy(
      tokens
        .filter(({ partner }) => partner === 'fabrikam')
        .map(
          ({ at, purpose, customer }) =>
            `${new Date(at).toISOString().slice(0, 10)} ${purpose} ${customer}`,
        ),
    ),
    uses: ['one', 'two'].map((name) => ({
      lastUsedAt: latest(tokens.filter(({ permission }) => permission === name)),
      changedAt: latest(
        all.filter(({ action, target }) => action?.includes('permissions') && target === name),
      ),
    })),
  }
}

type Usage = Awaited<ReturnType<typeof play>>

/** The same, as the roll-up tells it. */
const rolledUp = async (usage: Usage) => {
  const rows = [...(await monthRows(usage, '2026-02')), ...(await monthRows(usage, '2026-03'))]
  const lines = rows.flatMap((row) => row.lines)
  const issuedLines: Record<string, number> = {}
  for (const line of lines) {
    if (line.kind !== 'issued') continue
    const key = `${line.caller.split('/')[1]} ${line.purpose}`
    issuedLines[key] = (issuedLines[key] ?? 0) + line.count
  }
  const sumOf = (kind: string) =>
    lines.filter((line) => line.kind === kind).reduce((sum, { count }) => sum + count, 0)
  const partner = await usageOf({ usage, now: () => settled }, 'fabrikam')
  const useOf = async (name: string): Promise<Partial<PermissionUse>> =>
    (await usage.permissionUses.read(name))?.value ?? {}
  const uses = await Promise.all(['one', 'two'].map(useOf))
  return {
    issued: issuedLines,
    refused: sumOf('refused'),
    lockdowns: sumOf('lockdown'),
    partner: Object.fromEntries(
      partner.lines.map(({ day, purpose, customer, tokens }) => [
        `${day} ${purpose} ${customer}`,
        tokens,
      ]),
    ),
    uses: uses.map(({ lastUsedAt, changedAt }) => ({ lastUsedAt, changedAt })),
  }
}

test('whatever runs side by side, dies anywhere or runs again, the roll-up is a plain count of the record', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
      const usage = await play(plan, scheduler)
      expect(await rolledUp(usage)).toEqual(plainly(plan.records))
      const audience = (await usage.hours.partnerDay('fabrikam', '2026-03-02'))[0]?.lines[0]
        ?.audience
      expect([graph, undefined]).toContain(audience)
    }),
    { numRuns: 300 },
  )
}, 120_000)
