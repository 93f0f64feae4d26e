import { expect, test } from 'vitest'
import { pacing } from '../../shared/apps/pacing.ts'
import { timeLeftMs, withinBudget } from '../../shared/azure/time-budget.ts'
import type { Pace } from '../../shared/broker/rotation/pace-row.ts'
import { inMemoryRows } from '../contract/in-memory/rows.ts'

test('whoever waits for a slot is left the time to use it, or told at once that there is none', async () => {
  const paces = inMemoryRows<Pace>(({ name }) => name)
  await paces.add({ v: 1, name: 'pace', nextAt: Date.now() + 20_000 })
  const pace = pacing({ paces, now: Date.now })
  await withinBudget(6_200, async () => {
    await expect(pace.takeSlot()).rejects.toMatchObject({ code: 'throttled' })
    expect(timeLeftMs()).toBeGreaterThan(5_000)
  })
})
