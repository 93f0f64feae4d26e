import * as fc from 'fast-check'
import type { Grant } from '../../../shared/broker/grant.ts'

export const hourMs = 3600_000
export const dayMs = 24 * hourMs
export const start = Date.parse('2026-03-01T12:00:00Z')
export const partner = '0f000000-0000-4000-8000-0000000000a1'

/** A grant as a consent leaves it. */
export const freshGrant = (changes: Partial<Grant> = {}): Grant => ({
  v: 1,
  partner,
  app: 'app',
  generation: 1,
  status: 'active',
  sealed: { secretVersion: '1', kid: 'seal/1', sealedAt: start },
  consentedBy: 'person',
  consentedAt: start,
  audiences: [],
  endsAt: start + 365 * dayMs,
  invitation: 'invitation',
  attempt: 'attempt',
  ...changes,
})

const time = (days: number) =>
  fc.integer({ min: 0, max: days * 24 }).map((hours) => start + hours * hourMs)
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })

/** A grant in any state that its columns allow, and a time to look at it. */
export const anyGrant: fc.Arbitrary<Grant> = fc
  .record({
    generation: fc.integer({ min: 2, max: 9 }),
    status: fc.constantFrom('active' as const, 'consent_needed' as const, 'revoked' as const),
    sealedAt: time(300),
    lifeDays: maybe(fc.double({ min: 0.1, max: 200, noNaN: true })),
    endsAt: time(400),
    probedAt: maybe(time(300)),
    retryAt: maybe(time(300)),
    toldDays: maybe(fc.constantFrom(30, 14, 7, 1)),
    toldTokenDays: maybe(fc.constantFrom(30, 14, 7, 1)),
    sealedDeletedAt: maybe(time(300)),
    superseded: maybe(fc.array(time(300), { minLength: 1, maxLength: 3 })),
    degradedSince: maybe(time(300)),
    hasOutbox: fc.boolean(),
  })
  .map(({ sealedAt, lifeDays, toldDays, superseded, degradedSince, hasOutbox, ...rest }) => ({
    ...freshGrant({ generation: rest.generation, status: rest.status, endsAt: rest.endsAt }),
    sealed: {
      secretVersion: '1',
      kid: 'seal/1',
      sealedAt,
      ...(lifeDays !== undefined && { expiresAt: Math.floor(sealedAt + lifeDays * dayMs) }),
    },
    ...(rest.probedAt !== undefined && { probedAt: rest.probedAt }),
    ...(rest.retryAt !== undefined && { retryAt: rest.retryAt }),
    ...(toldDays !== undefined && { toldDays }),
    ...(rest.toldTokenDays !== undefined && { toldTokenDays: rest.toldTokenDays }),
    // Only what is over is ever deleted.
    ...(rest.sealedDeletedAt !== undefined &&
      rest.status !== 'active' && { sealedDeletedAt: rest.sealedDeletedAt }),
    ...(superseded && {
      superseded: superseded.map((at, generation) => ({ app: 'app', generation, at })),
    }),
    ...(degradedSince !== undefined && {
      degraded: { since: degradedSince, reason: 'not_an_agent', whoMustAct: 'partner_admin' },
    }),
    ...(hasOutbox && {
      outbox: [{ v: 1, id: 'x', type: 'partner.consented', at: start, partner }],
    }),
  }))

export const anyTime: fc.Arbitrary<number> = time(420)
