import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isUsable,
  mustRefresh,
  refreshInSeconds,
  shouldRefresh,
} from '../../shared/broker/token-life.ts'

const minuteMs = 60_000
const now = 1_000_000
const living = (ms: number) => ({ expiresAt: now + ms })
const minute = 60

test('a token is usable while it lives for 5 more minutes, and due for renewal below 15', () => {
  expect([5 * minuteMs, 5 * minuteMs - 1].map((ms) => isUsable(living(ms), now))).toEqual([
    true,
    false,
  ])
  expect([15 * minuteMs, 15 * minuteMs - 1].map((ms) => shouldRefresh(living(ms), now))).toEqual([
    false,
    true,
  ])
})

test('a token must be renewed that is not usable, or lives for less than is asked', () => {
  const lives = fc.integer({ min: -minuteMs, max: 100 * minuteMs })
  fc.assert(
    fc.property(lives, fc.option(lives, { nil: undefined }), (life, minLifeMs) => {
      const wishes = minLifeMs === undefined ? {} : { minLifeMs }
      const isEnough = life >= 5 * minuteMs && life >= (minLifeMs ?? 0)
      expect(mustRefresh(living(life), wishes, now)).toBe(!isEnough)
    }),
  )
})

test('a caller is told to come back a quarter of an hour before the end, or in the middle of a short life', () => {
  const told: [number, number][] = [
    [90 * minute, 75 * minute],
    [60 * minute, 45 * minute],
    [30 * minute + 1, 15 * minute + 1],
    [30 * minute, 15 * minute],
    [20 * minute, 10 * minute],
    [10 * minute, 5 * minute],
    [1, 0],
    [0, 0],
  ]
  for (const [life, refreshIn] of told) expect(refreshInSeconds(life)).toBe(refreshIn)
})

test('it is told to come back within the life, in whole seconds, and later for a longer life', () => {
  fc.assert(
    fc.property(fc.nat(200_000), (life) => {
      const wait = refreshInSeconds(life)
      expect(Number.isInteger(wait)).toBe(true)
      expect(wait).toBeGreaterThanOrEqual(0)
      expect(wait).toBeLessThanOrEqual(life)
      expect(refreshInSeconds(life + 1)).toBeGreaterThanOrEqual(wait)
    }),
  )
})

test('who comes back when it is told to finds a long-lived token due for renewal just after', () => {
  fc.assert(
    fc.property(fc.integer({ min: 30 * minute + 1, max: 100_000 }), (life) => {
      const then = now + refreshInSeconds(life) * 1000
      expect(shouldRefresh(living(life * 1000), then)).toBe(false)
      expect(shouldRefresh(living(life * 1000), then + 1)).toBe(true)
    }),
  )
})
