import type { Grant } from '../grant.ts'

const dayMs = 24 * 3600_000

/** Entra lets a refresh token die after so long without redemption, where it says nothing else. */
export const inactivityMs = 90 * dayMs

/** Why a live grant will end: the agreed term, or a refresh token that is not rotated any more. */
export type GrantEnd = { at: number; because: 'consent_term' | 'refresh_token' }

/** The earliest end of a grant, in milliseconds since the epoch. */
export const endOf = ({ endsAt, sealed }: Pick<Grant, 'endsAt' | 'sealed'>): GrantEnd => {
  const tokenEndsAt = sealed.expiresAt ?? sealed.sealedAt + inactivityMs
  return tokenEndsAt < endsAt
    ? { at: tokenEndsAt, because: 'refresh_token' }
    : { at: endsAt, because: 'consent_term' }
}

// Rotation never lets half of a token's life pass (`rotation-due.ts`): what should renew it has failed.
const lateShare = 0.55

const isLate = (sealed: Grant['sealed'], endsAt: number, now: number): boolean =>
  now >= sealed.sealedAt + (endsAt - sealed.sealedAt) * lateShare

/** The end to be told of: the term's, while rotation moves on that of a refresh token in time. */
export const toldEndOf = (grant: Pick<Grant, 'endsAt' | 'sealed'>, now: number): GrantEnd => {
  const end = endOf(grant)
  return end.because === 'consent_term' || isLate(grant.sealed, end.at, now)
    ? end
    : { at: grant.endsAt, because: 'consent_term' }
}

/** Days before the end at which the operator and the partner are told. */
export const milestones = [30, 14, 7, 1] as const

/** From then on a grant is shown as `expiring`. */
export const isExpiring = (grant: Grant, now: number): boolean =>
  now >= endOf(grant).at - milestones[0] * dayMs

/** The nearest milestone that is reached at `time`; undefined before the first. */
export const milestoneAt = (endsAt: number, time: number): number | undefined =>
  milestones.findLast((days) => time >= endsAt - days * dayMs)

/**
 * The milestone to be told now. Of several that passed unnoticed only the nearest, since the others
 * are no longer true; never one that had passed when a short consent was given, or when Entra gave a
 * refresh token that lives for less.
 */
export const dueMilestone = (grant: Grant, now: number): number | undefined => {
  const { at, because } = toldEndOf(grant, now)
  if (now >= at) return undefined
  const reached = milestoneAt(at, now)
  const [told, beganAt] =
    because === 'consent_term'
      ? [grant.toldDays, grant.consentedAt]
      : [grant.toldTokenDays, grant.sealed.sealedAt]
  const before = told ?? milestoneAt(at, beganAt)
  return reached !== undefined && (before === undefined || reached < before) ? reached : undefined
}
