import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import type { Grant } from '../../../shared/broker/grant.ts'
import {
  dueMilestone,
  endOf,
  inactivityMs,
  isExpiring,
  milestoneAt,
  milestones,
} from '../../../shared/broker/rotation/grant-end.ts'
import { isRotationDue } from '../../../shared/broker/rotation/rotation-due.ts'
import { told, revoked } from '../../../shared/broker/rotation/transitions.ts'
import { dayMs, freshGrant, hourMs, start } from './grants.ts'

const sealedAt = (at: number, expiresAt?: number) => ({
  secretVersion: '1',
  kid: 'k',
  sealedAt: at,
  ...(expiresAt !== undefined && { expiresAt }),
})

test('a grant ends by its term, by 90 days without redemption or by what Entra said: the first', () => {
  const endsAt = start + 365 * dayMs
  const because = 'refresh_token'
  expect(endOf({ endsAt, sealed: sealedAt(start) })).toEqual({ at: start + inactivityMs, because })
  const late = sealedAt(start + 300 * dayMs)
  expect(endOf({ endsAt, sealed: late })).toEqual({ at: endsAt, because: 'consent_term' })
  const short = sealedAt(start, start + 5)
  expect(endOf({ endsAt, sealed: short })).toEqual({ at: start + 5, because })
  expect(endOf({ endsAt: start + 4, sealed: short }).because).toBe('consent_term')
})

// Looks in any order of size, at times with days between them, some of them double.
const looks = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 * 24 })), {
  minLength: 1,
  maxLength: 120,
})

type Told = { at: number; daysLeft: number | undefined }

/** The rows that sweeps at those hours leave of a grant whose token is kept fresh, and what they told. */
const lookAt = (grant: Grant, gaps: readonly number[], isKept: boolean): Told[] => {
  let row = grant
  let now = grant.consentedAt
  const tellings: Told[] = []
  for (const gap of gaps) {
    now += gap * hourMs
    if (isKept && now < row.endsAt) row = { ...row, sealed: sealedAt(now) }
    const { outbox = [], ...after } = told(row, now)
    tellings.push(...outbox.map(({ at, daysLeft }) => ({ at, daysLeft })))
    row = after
  }
  return tellings
}

const term = fc.integer({ min: 1, max: 900 })

test('each milestone is told at most once, the nearest of those missed, none that had passed at consent', () => {
  fc.assert(
    fc.property(term, looks, (days, gaps) => {
      const grant = freshGrant({ endsAt: start + days * dayMs })
      const tellings = lookAt(grant, gaps, true)
      const numbers = tellings.map(({ daysLeft }) => daysLeft)
      expect(numbers).toEqual(
        [...new Set(numbers)].toSorted((one, other) => (other ?? 0) - (one ?? 0)),
      )
      for (const { at, daysLeft } of tellings) {
        expect(daysLeft).toBe(milestoneAt(grant.endsAt, at))
        expect(daysLeft).toBeLessThan(days)
        expect(at).toBeLessThan(grant.endsAt)
      }
    }),
    { numRuns: 2000 },
  )
})

test('who looks each hour tells every milestone within that hour', () => {
  const passing = Array.from({ length: 100 * 24 }, () => 1)
  const grant = freshGrant({ endsAt: start + 60 * dayMs })
  const tellings = lookAt(grant, passing, true)
  expect(tellings.map(({ daysLeft }) => daysLeft)).toEqual([...milestones])
  expect(tellings.map(({ at }) => (grant.endsAt - at) / dayMs)).toEqual([...milestones])
})

test('a token that nobody rotates is told of as well, and a term that follows only what is nearer', () => {
  const hourly = Array.from({ length: 89 * 24 }, () => 1)
  const unkept = lookAt(freshGrant(), hourly, false)
  expect(unkept.map(({ daysLeft }) => daysLeft)).toEqual([30, 14, 7, 1])
})

test('a token to which Entra gives twenty days is not told to end in thirty', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 100, noNaN: true }), looks, (days, gaps) => {
      const sealed = sealedAt(start, start + days * dayMs)
      const tellings = lookAt(freshGrant({ sealed }), gaps, false)
      for (const { daysLeft } of tellings) expect(daysLeft).toBeLessThan(days)
    }),
  )
})

type Rotated = { lifeMs: number; isUp: (now: number) => boolean }

/** What hourly looks tell until the term ends, with what is due rotated to a token that lives as long again. */
const lookHourly = (grant: Grant, { lifeMs, isUp }: Rotated) => {
  const hours = (grant.endsAt - start) / hourMs - 1
  let row = grant
  const tellings: BrokerEvent[] = []
  for (let hour = 1; hour <= hours; hour++) {
    const now = start + hour * hourMs
    if (isUp(now) && isRotationDue(row, now, 7 * dayMs)) {
      row = { ...row, sealed: sealedAt(now, now + lifeMs), probedAt: now }
    }
    const { outbox = [], ...after } = told(row, now)
    tellings.push(...outbox)
    row = after
  }
  return tellings
}

const summary = (tellings: readonly BrokerEvent[]) =>
  tellings.map(({ reason, daysLeft }) => `${reason} ${daysLeft}`)

test.each([0.5, 1.03, 1.5, 8, 12, 20, 35, 60, 90])(
  'a token that Entra lets live for %d days and that is rotated in time tells of no end, and hides none of the term',
  (life) => {
    const sealed = sealedAt(start, start + life * dayMs)
    const grant = freshGrant({ endsAt: start + 100 * dayMs, sealed })
    const tellings = lookHourly(grant, { lifeMs: life * dayMs, isUp: () => true })
    expect(summary(tellings)).toEqual(milestones.map((days) => `consent_term ${days}`))
  },
)

test('what was told of a token that was rotated after all is told of the term as well, as events of their own', () => {
  const grant = freshGrant({ endsAt: start + 200 * dayMs })
  const isUp = (now: number) => now > start + 84 * dayMs
  const tellings = lookHourly(grant, { lifeMs: 90 * dayMs, isUp })
  expect(summary(tellings)).toEqual([
    'refresh_token 30',
    'refresh_token 14',
    'refresh_token 7',
    ...milestones.map((days) => `consent_term ${days}`),
  ])
  expect(new Set(tellings.map(({ id }) => id)).size).toBe(tellings.length)
})

test('a grant is expiring from thirty days before its end, and a milestone after it is none', () => {
  const grant = freshGrant({ endsAt: start + 60 * dayMs })
  expect(isExpiring(grant, start + 30 * dayMs - 1)).toBe(false)
  expect(isExpiring(grant, start + 30 * dayMs)).toBe(true)
  expect(dueMilestone(grant, start + 60 * dayMs - 1)).toBe(1)
  expect(dueMilestone(grant, start + 60 * dayMs)).toBeUndefined()
})

test('only an active grant tells of its end', () => {
  const near = start + 364 * dayMs
  const grant = freshGrant({ sealed: sealedAt(near) })
  expect(told(grant, near).outbox).toHaveLength(1)
  const gone = { ...revoked(grant, { at: near, revokedBy: 'operator' }), outbox: [] }
  expect(told(gone, near)).toBe(gone)
  const dead: Grant = { ...grant, status: 'consent_needed' }
  expect(told(dead, near)).toBe(dead)
})
