import { hasEnded, type Grant } from './grant.ts'
import type { WhoMustAct } from './broker-error.ts'
import { endOf, isExpiring, type GrantEnd } from './rotation/grant-end.ts'
import { holdsFor, isRevoked, type Revocation } from './revocation.ts'

/** `expiring` and `degraded` are views of an active grant: tokens are issued, but someone must act. */
export const partnerStatuses = [
  'active',
  'expiring',
  'degraded',
  'consent_needed',
  'revoked',
] as const

const dayMs = 24 * 3600_000

export type PartnerStatus = (typeof partnerStatuses)[number]

/** Why a grant ends, or ended. */
export type EndReason = GrantEnd['because'] | 'consent_needed' | 'revoked'

/** How a partner's grant fares. Times in milliseconds since the epoch. */
export type PartnerHealth = {
  partner: string
  status: PartnerStatus
  /** 0 when the partner never consented. */
  generation: number
  whoMustAct: WhoMustAct
  endsAt?: number
  endsBecause?: EndReason
  /** Whole days until then, rounded up; absent for a grant that has ended. */
  daysLeft?: number
  /** Why somebody must act, as a code. */
  reason?: string
  /** What consent left; absent when the partner never consented. */
  grant?: Grant
  /** Only while it holds for this generation. */
  revocation?: Revocation
}

/** A grant as the operator should see it; a revocation counts even before the row says so. */
export const partnerHealth = (
  partner: string,
  facts: { grant: Grant | undefined; revocation: Revocation | undefined },
  now: number,
): PartnerHealth | undefined => {
  const { grant, revocation } = facts
  if (!grant) return revocation && revokedBeforeConsent(revocation)
  const held = holdsFor(grant, revocation) ? revocation : undefined
  const status = statusOf(grant, revocation, now)
  const end = endOfHealth(grant, { status, held })
  const isLive = status !== 'revoked' && status !== 'consent_needed'
  const reason = reasonOf(grant, status)
  return {
    partner,
    status,
    generation: grant.generation,
    whoMustAct: whoMustAct(grant, status, held),
    ...end,
    ...(isLive && { daysLeft: Math.max(0, Math.ceil((end.endsAt - now) / dayMs)) }),
    ...(reason !== undefined && { reason }),
    grant,
    ...(held && { revocation: held }),
  }
}

const revokedBeforeConsent = (revocation: Revocation): PartnerHealth => ({
  partner: revocation.partner,
  status: 'revoked',
  generation: 0,
  whoMustAct: afterRevocation(revocation.revokedBy),
  endsAt: revocation.at,
  endsBecause: 'revoked',
  revocation,
})

// Of a grant that is both, the end is the more urgent; `degraded` is told beside it.
const statusOf = (grant: Grant, revocation: Revocation | undefined, now: number): PartnerStatus => {
  if (isRevoked(grant, revocation)) return 'revoked'
  if (grant.status === 'consent_needed' || hasEnded(grant, now)) return 'consent_needed'
  if (isExpiring(grant, now)) return 'expiring'
  return grant.degraded ? 'degraded' : 'active'
}

const whoMustAct = (
  grant: Grant,
  status: PartnerStatus,
  held: Revocation | undefined,
): WhoMustAct => {
  if (status === 'revoked') return afterRevocation(held?.revokedBy ?? grant.revokedBy)
  if (status === 'consent_needed') return 'partner_admin'
  if (grant.degraded) return grant.degraded.whoMustAct
  if (status !== 'expiring') return 'nobody'
  return endOf(grant).because === 'consent_term' ? 'partner_admin' : 'operator'
}

const afterRevocation = (revokedBy: Grant['revokedBy']): WhoMustAct =>
  revokedBy === 'partner' ? 'partner_admin' : 'operator'

const reasonOf = (grant: Grant, status: PartnerStatus): string | undefined => {
  if (status === 'revoked') return undefined
  if (status === 'consent_needed') return grant.lastFailure?.reason ?? 'term_over'
  return grant.degraded?.reason
}

const endOfHealth = (
  grant: Grant,
  { status, held }: { status: PartnerStatus; held: Revocation | undefined },
): { endsAt: number; endsBecause: EndReason } => {
  if (status === 'revoked') {
    const endsAt = held?.at ?? grant.revokedAt ?? grant.endsAt
    return { endsAt, endsBecause: 'revoked' }
  }
  const { lastFailure } = grant
  if (grant.status === 'consent_needed' && lastFailure && lastFailure.reason !== 'term_over') {
    return { endsAt: lastFailure.at, endsBecause: 'consent_needed' }
  }
  // Rotation moves the refresh token's own end on, week by week: it counts once it nears.
  if (status !== 'expiring') return { endsAt: grant.endsAt, endsBecause: 'consent_term' }
  const { at, because } = endOf(grant)
  return { endsAt: at, endsBecause: because }
}
