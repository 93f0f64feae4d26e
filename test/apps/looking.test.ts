import { expect, test, vi } from 'vitest'
import { lookingNowAndThen } from '../../shared/apps/rotating.ts'

const minuteMs = 60_000

test('an instance that only issues looks after the timer at its first request, and then every few minutes', () => {
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') }
  const watch = vi.fn(async () => ({ isStalled: false }))
  const look = lookingNowAndThen(watch, () => clock.now)
  expect(watch).not.toHaveBeenCalled()
  // The platform may start an instance for one request and take it away again.
  look()
  expect(watch).toHaveBeenCalledTimes(1)
  look()
  expect(watch).toHaveBeenCalledTimes(1)
  for (let minute = 0; minute < 60; minute++) {
    clock.now += minuteMs
    look()
  }
  expect(watch.mock.calls.length).toBeGreaterThanOrEqual(8)
  expect(watch.mock.calls.length).toBeLessThanOrEqual(21)
})

test('a look that fails harms no request', async () => {
  const look = lookingNowAndThen(() => Promise.reject(new Error('no tables')), Date.now)
  look()
  await new Promise(setImmediate)
})
