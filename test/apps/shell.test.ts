import { HttpRequest, InvocationContext } from '@azure/functions'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { afterFirstAnswer } from '../../shared/apps/after-answer.ts'
import { budgetsMs, shell } from '../../shared/apps/shell.ts'
import { timeLeftMs } from '../../shared/azure/time-budget.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const call = (handler: ReturnType<typeof shell>) =>
  handler(
    new HttpRequest({ method: 'GET', url: 'https://localhost/' }),
    new InvocationContext({ functionName: 'test', logHandler: () => {} }),
  )

test('each request has a time budget of its own, which its handler chooses', async () => {
  const left: number[] = []
  const run = () => {
    left.push(Math.round(timeLeftMs()))
    return { status: 200 }
  }
  await call(shell(run))
  await call(shell(run, budgetsMs.relayed))
  await call(shell(run))
  expect(left).toEqual([15_000, 50_000, 15_000])
  expect(timeLeftMs()).toBe(Number.POSITIVE_INFINITY)
})

test('no budget reaches the minute after which the host ends the process', () => {
  for (const budget of Object.values(budgetsMs)) expect(budget).toBeLessThan(60_000)
})

test('what is put off until the first answer runs once, after that answer, also after a failure', async () => {
  const run = vi.fn(async () => {})
  afterFirstAnswer(run)
  const failing = shell(() => {
    throw new Error('canary')
  })
  expect(await call(failing)).toMatchObject({ status: 500 })
  await call(shell(() => ({ status: 200 })))
  expect(run).not.toHaveBeenCalled()
  await vi.runAllTimersAsync()
  expect(run).toHaveBeenCalledTimes(1)
})
