import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isLongUnproven,
  isRotationDue,
  nextSlot,
  probeDueAt,
  rotationDueAt,
} from '../../../shared/broker/rotation/rotation-due.ts'
import { dayMs, freshGrant, hourMs, start } from './grants.ts'

const weekMs = 7 * dayMs

test('100,000 partners that consent in one minute are spread evenly over the hours of a week', () => {
  const hours = Array.from({ length: 168 }, () => 0)
  const count = 100_000
  for (let index = 0; index < count; index++) {
    const at = nextSlot(randomUUID(), start, weekMs)
    const hour = Math.floor((at - start - weekMs / 2) / hourMs)
    hours[hour] = (hours[hour] ?? 0) + 1
  }
  const mean = count / 168
  expect(hours).toHaveLength(168)
  // Five standard deviations of a fair draw.
  for (const share of hours) expect(Math.abs(share - mean)).toBeLessThan(5 * Math.sqrt(mean))
})

const cycles = fc.integer({ min: 1, max: 30 }).map((days) => days * dayMs)
const moments = fc.integer({ min: start, max: start + 1000 * dayMs })

test('a slot is at least half a cycle away and at most one and a half, and always the partner’s own', () => {
  fc.assert(
    fc.property(fc.uuid(), moments, cycles, (partner, since, cycleMs) => {
      const at = nextSlot(partner, since, cycleMs)
      expect(at - since).toBeGreaterThanOrEqual(cycleMs / 2)
      expect(at - since).toBeLessThanOrEqual(cycleMs * 1.5)
      expect((at - nextSlot(partner, start, cycleMs)) % cycleMs).toBe(0)
      // Whoever keeps to the slots comes back once in each cycle.
      expect(nextSlot(partner, at, cycleMs)).toBe(at + cycleMs)
    }),
    { numRuns: 2000 },
  )
})

test('a token whose end Entra named is rotated at half its life, if that is sooner', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      cycles,
      fc.integer({ min: 2, max: 90 * dayMs }),
      (partner, cycleMs, life) => {
        const sealed = { secretVersion: '1', kid: 'k', sealedAt: start, expiresAt: start + life }
        const due = rotationDueAt(freshGrant({ partner, sealed }), cycleMs)
        expect(due).toBe(Math.min(start + life / 2, nextSlot(partner, start, cycleMs)))
        expect(due).toBeLessThan(start + life)
      },
    ),
  )
})

test('the first probe is due after a day, the next one after about a cycle', () => {
  const grant = freshGrant()
  expect(probeDueAt(grant, weekMs)).toBe(start + dayMs)
  expect(isRotationDue(grant, start + dayMs - 1, weekMs)).toBe(false)
  expect(isRotationDue(grant, start + dayMs, weekMs)).toBe(true)
  // Asked for by an operator while the role may still be elevated.
  expect(probeDueAt({ ...grant, probedAt: start + hourMs }, weekMs)).toBe(start + dayMs)
  const probed = { ...grant, probedAt: start + dayMs }
  expect(probeDueAt(probed, weekMs)).toBe(nextSlot(grant.partner, start + dayMs, weekMs))
  expect(isRotationDue(probed, start + dayMs, weekMs)).toBe(false)
})

test('one silence of Partner Center is never two weeks of it, however long the cycle', () => {
  fc.assert(
    fc.property(fc.uuid(), cycles, (partner, cycleMs) => {
      const grant = freshGrant({ partner, probedAt: start + dayMs })
      const due = probeDueAt(grant, cycleMs)
      expect(isLongUnproven(grant, due + 2 * dayMs, cycleMs)).toBe(false)
      expect(isLongUnproven(grant, due + 14 * dayMs, cycleMs)).toBe(true)
    }),
  )
})

test('nothing is due before the time of the next try, and all that waited is due then', () => {
  const grant = freshGrant({ retryAt: start + 40 * dayMs })
  expect(isRotationDue(grant, start + 40 * dayMs - 1, weekMs)).toBe(false)
  expect(isRotationDue(grant, start + 40 * dayMs, weekMs)).toBe(true)
})
