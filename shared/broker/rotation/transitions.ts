import type { FailureClass } from '../failure-classes.ts'
import type { WhoMustAct } from '../broker-error.ts'
import { dueMilestone, toldEndOf } from './grant-end.ts'
import type { Grant, Superseded } from '../grant.ts'
import type { EntraFailure } from '../redeem.ts'
import { raising } from './raise-event.ts'

const dayMs = 24 * 3600_000

// What only people can mend is tried once a day; a refresh token that ends sooner, before it does.
const retryAtOf = ({ sealed: { expiresAt } }: Grant, at: number): number => {
  const left = expiresAt === undefined || expiresAt <= at ? Infinity : expiresAt - at
  return at + Math.min(dayMs, Math.ceil(left / 2))
}

/** The agreed term is over: no token, no rotation. */
export const ended = (grant: Grant, now: number): Grant =>
  raising(
    {
      ...grant,
      status: 'consent_needed',
      lastFailure: {
        at: grant.endsAt,
        reason: 'term_over',
        errorCodes: [],
        whoMustAct: 'partner_admin',
      },
    },
    'grant.consent_needed',
    { at: now, endsAt: grant.endsAt, reason: 'term_over', whoMustAct: 'partner_admin' },
  )

export type Refusal = { failure: EntraFailure; refused: FailureClass; at: number }

/** Entra said that only a new consent helps. */
export const dead = (grant: Grant, { failure, refused, at }: Refusal): Grant =>
  raising(
    { ...grant, status: 'consent_needed', lastFailure: failureOf({ failure, refused, at }) },
    'grant.consent_needed',
    { at, reason: reasonOf(failure), whoMustAct: refused.whoMustAct },
  )

const failureOf = ({ failure, refused, at }: Refusal) => ({
  at,
  reason: failure.error,
  errorCodes: failure.errorCodes,
  whoMustAct: refused.whoMustAct,
  ...(refused.suberror !== undefined && { suberror: refused.suberror }),
})

const reasonOf = ({ error, errorCodes }: EntraFailure): string =>
  errorCodes[0] === undefined ? error : `${error} AADSTS${errorCodes[0]}`

/** What Entra refused without meaning the consent: shown and told once, and tried again in a day. */
export const refusedAtHome = (grant: Grant, refusal: Refusal): Grant => {
  const { refused, at } = refusal
  const { code: reason, whoMustAct } = refused
  return { ...worse(grant, { reason, whoMustAct, at }), lastFailure: failureOf(refusal) }
}

type Trouble = { reason: string; whoMustAct: WhoMustAct; at: number }

/** Something is wrong that stops nothing yet; told once for as long as it lasts. */
export const worse = (grant: Grant, { reason, whoMustAct, at }: Trouble): Grant => {
  const since = grant.degraded?.since ?? at
  const changed: Grant = {
    ...grant,
    degraded: { since, reason, whoMustAct },
    retryAt: retryAtOf(grant, at),
  }
  return grant.degraded ? changed : raising(changed, 'grant.degraded', { at, reason, whoMustAct })
}

/** All is well: redeemed at home, and the person still has her role and MFA. */
export const sound = ({ degraded, retryAt: _over, ...grant }: Grant, at: number): Grant => {
  const proven: Grant = { ...grant, probedAt: at }
  return degraded ? raising(proven, 'grant.recovered', { at, reason: degraded.reason }) : proven
}

/** Redeemed at home, but Partner Center did not say: nobody's fault, asked again in a day. */
export const unproven = (grant: Grant, at: number): Grant => ({
  ...grant,
  retryAt: retryAtOf(grant, at),
})

/** With the milestone that is due now, told once in each generation of the term, and of a token. */
export const told = (grant: Grant, now: number): Grant => {
  const daysLeft = grant.status === 'active' ? dueMilestone(grant, now) : undefined
  if (daysLeft === undefined) return grant
  const { at: endsAt, because: reason } = toldEndOf(grant, now)
  const facts = { at: now, endsAt, daysLeft, reason }
  if (reason === 'consent_term') {
    const whoMustAct = 'partner_admin'
    return raising({ ...grant, toldDays: daysLeft }, 'grant.expiring', { ...facts, whoMustAct })
  }
  const whoMustAct = grant.degraded?.whoMustAct ?? 'operator'
  return raising({ ...grant, toldTokenDays: daysLeft }, 'grant.expiring', { ...facts, whoMustAct })
}

/** Operator or partner ended it. A second revocation by the other one is told once more. */
export const revoked = (
  grant: Grant,
  { at, revokedBy }: { at: number; revokedBy: 'operator' | 'partner' },
): Grant =>
  raising({ ...grant, status: 'revoked', revokedAt: at, revokedBy }, 'grant.revoked', {
    at,
    reason: revokedBy === 'partner' ? 'withdrawn' : 'revoked',
    whoMustAct: revokedBy === 'partner' ? 'partner_admin' : 'operator',
  })

/** A new consent: told, and the generation before it is to be deleted in time. */
export const consented = (grant: Grant, before: Grant | undefined): Grant => {
  const { consentedAt: at, endsAt } = grant
  const superseded = [...(before?.superseded ?? []), ...(before ? leftBy(before, at) : [])]
  // What the generation before could not send yet is still to be told.
  const kept: Grant = {
    ...grant,
    ...(superseded.length > 0 && { superseded }),
    ...(before?.outbox && { outbox: before.outbox }),
  }
  return raising(kept, 'partner.consented', { at, endsAt })
}

// What is deleted already, or will never be read again, does not wait.
const leftBy = ({ app, generation, status, sealedDeletedAt }: Grant, at: number): Superseded[] => {
  if (sealedDeletedAt !== undefined) return []
  return [{ app, generation, at: status === 'revoked' ? 0 : at }]
}
