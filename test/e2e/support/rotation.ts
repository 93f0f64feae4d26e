import { vi } from 'vitest'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import type { Row } from './stored-rows.ts'
import { grantOf } from './stored-grant.ts'

/** Lets the timer run now, as its schedule would. */
export const fireTimer = async (stack: Pick<StackFacts, 'broker'>): Promise<void> => {
  const answer = await fetch(`${stack.broker}/_local/timers/rotation-timer`, { method: 'POST' })
  if (answer.status !== 204) throw new Error(`the timer answered ${answer.status}`)
}

/** Waits until the partner's row is as it should be, and gives it. */
export const untilGrant = async (
  stack: StackFacts,
  partner: string,
  isSo: (row: Row) => boolean,
): Promise<Row> => {
  await vi.waitUntil(async () => isSo(await grantOf(stack, partner)), {
    timeout: 30_000,
    interval: 250,
  })
  return grantOf(stack, partner)
}

export const dayMs = 24 * 3600_000

/** An ISO time that lies so many days back, or ahead where negative. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * dayMs).toISOString()
