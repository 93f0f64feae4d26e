import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { budgeted } from '../../shared/broker/budgeted.ts'

const minuteMs = 60_000
const request = { partner: 'p', audience: 'a', scopes: [], generation: 1, correlationId: 'c' }

/** A budget on a virtual clock; `ask` gives the seconds to wait, or 0 when it is let through. */
const open = (perMinute: number) => {
  const clock = { now: 0 }
  let redemptions = 0
  const obtain = budgeted({ perMinute, now: () => clock.now }, async () => {
    redemptions++
    return { accessToken: 'at', expiresAt: 0, scope: '', generation: 1 }
  })
  const ask = (asker = 'one'): Promise<number> =>
    obtain({ ...request, asker }).then(
      () => 0,
      (thrown: unknown) => {
        if (!(thrown instanceof BrokerError) || thrown.code !== 'throttled') throw thrown
        expect(thrown.detail.reason).toBe('caller_budget')
        return thrown.detail.retryAfterSeconds ?? -1
      },
    )
  const asks = async (times: number, asker?: string): Promise<number> => {
    let passed = 0
    for (let time = 0; time < times; time++) if ((await ask(asker)) === 0) passed++
    return passed
  }
  return { clock, ask, asks, redemptions: () => redemptions }
}

test('a caller gets its budget at once, and then no more', async () => {
  const { asks, redemptions } = open(30)
  expect([await asks(100), redemptions()]).toEqual([30, 30])
})

test('it fills evenly: one more after each part of the minute, and never above the budget', async () => {
  const { clock, asks } = open(30)
  await asks(30)
  clock.now += 1_999
  expect(await asks(5)).toBe(0)
  clock.now += 1
  expect(await asks(5)).toBe(1)
  clock.now += minuteMs / 2
  expect(await asks(100)).toBe(15)
  clock.now += 24 * 60 * minuteMs
  expect(await asks(100)).toBe(30)
})

test('one caller uses up nothing of another', async () => {
  const { asks } = open(10)
  expect([await asks(20, 'one'), await asks(20, 'other'), await asks(20, 'one')]).toEqual([
    10, 10, 0,
  ])
})

test('a redemption that fails has been paid for', async () => {
  let calls = 0
  const obtain = budgeted({ perMinute: 2, now: () => 0 }, () => {
    calls++
    return Promise.reject(new Error('down'))
  })
  for (const expected of ['down', 'down', 'redemptions']) {
    await expect(obtain({ ...request, asker: 'one' })).rejects.toThrow(expected)
  }
  expect(calls).toBe(2)
})

const budgets = fc.integer({ min: 1, max: 600 })
const waits = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 80 })

test('in no span of time does a caller get more than its budget and what the span has filled', async () => {
  await fc.assert(
    fc.asyncProperty(budgets, waits, async (perMinute, steps) => {
      const { clock, ask } = open(perMinute)
      const passed: number[] = []
      for (const step of steps) {
        clock.now += step
        if ((await ask()) === 0) passed.push(clock.now)
      }
      for (const [index, from] of passed.entries()) {
        for (const [more, to] of passed.slice(index).entries()) {
          expect(more + 1).toBeLessThanOrEqual(
            perMinute + ((to - from) * perMinute) / minuteMs + 1e-6,
          )
        }
      }
    }),
  )
})

test('who waits as long as it is told gets its token', async () => {
  await fc.assert(
    fc.asyncProperty(budgets, waits, async (perMinute, steps) => {
      const { clock, ask, asks } = open(perMinute)
      await asks(perMinute)
      for (const step of steps) {
        clock.now += step
        const seconds = await ask()
        if (seconds === 0) continue
        expect(Number.isInteger(seconds)).toBe(true)
        expect(seconds).toBeGreaterThanOrEqual(1)
        expect(seconds).toBeLessThanOrEqual(Math.ceil(60 / perMinute))
        clock.now += seconds * 1000
        expect(await ask()).toBe(0)
      }
    }),
  )
})
