import { expect, test } from 'vitest'
import { counting } from '../../shared/apps/counting.ts'
import { timeLeftMs, withinBudget } from '../../shared/azure/time-budget.ts'
import { budgetsMs } from '../../shared/apps/shell.ts'
import type { ListShards } from '../../shared/broker/report/partner-census.ts'
import { inMemoryPolicy } from '../contract/in-memory/policy.ts'

// Some of the 25 seconds after which counting stops must be left for the pages under way.
const enoughMs = 30_000

test('to count all partners takes longer than a request is given, and ends before the host ends it', async () => {
  const left: number[] = []
  const listShards: ListShards = async () => {
    left.push(timeLeftMs())
    return { items: [] }
  }
  const count = counting({ ...inMemoryPolicy(), listShards, now: Date.now })
  await withinBudget(budgetsMs.request, count)
  expect(Math.min(...left)).toBeGreaterThan(enoughMs)
  expect(Math.max(...left)).toBeLessThan(60_000 - budgetsMs.request)
})
