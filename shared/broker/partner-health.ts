import { hasEnded, type Grant } from './grant.ts'
import type { WhoMustAct } from './broker-error.ts'
import { holdsFor, isRevoked, type Revocation } from './revocation.ts'

/** `expiring` and `degraded` are views of an active grant that watching its life will add. */
export const partnerStatuses = [
  'active',
  'expiring',
  'degraded',
  'consent_needed',
  'revoked',
] as const

export type PartnerStatus = (typeof partnerStatuses)[number]

/** Why a grant ends, or ended. */
export type EndReason = 'consent_term' | 'consent_needed' | 'revoked'

/** How a partner's grant fares. Times in milliseconds since the epoch. */
export type PartnerHealth = {
  partner: string
  status: PartnerStatus
  /** 0 when the partner never consented. */
  generation: number
  whoMustAct: WhoMustAct
  endsAt?: number
  endsBecause?: EndReason
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
  return {
    partner,
    status,
    generation: grant.generation,
    whoMustAct: whoMustAct(status, held?.revokedBy ?? grant.revokedBy),
    ...endOf(grant, { status, held }),
    grant,
    ...(held && { revocation: held }),
  }
}

const revokedBeforeConsent = (revocation: Revocation): PartnerHealth => ({
  partner: revocation.partner,
  status: 'revoked',
  generation: 0,
  whoMustAct: whoMustAct('revoked', revocation.revokedBy),
  endsAt: revocation.at,
  endsBecause: 'revoked',
  revocation,
})

const statusOf = (grant: Grant, revocation: Revocation | undefined, now: number): PartnerStatus => {
  if (isRevoked(grant, revocation)) return 'revoked'
  return grant.status === 'consent_needed' || hasEnded(grant, now) ? 'consent_needed' : 'active'
}

const whoMustAct = (status: PartnerStatus, revokedBy: Grant['revokedBy']): WhoMustAct => {
  if (status === 'consent_needed') return 'partner_admin'
  if (status !== 'revoked') return 'nobody'
  return revokedBy === 'partner' ? 'partner_admin' : 'operator'
}

const endOf = (
  grant: Grant,
  { status, held }: { status: PartnerStatus; held: Revocation | undefined },
): { endsAt: number; endsBecause: EndReason } => {
  if (status === 'revoked') {
    const endsAt = held?.at ?? grant.revokedAt ?? grant.endsAt
    return { endsAt, endsBecause: 'revoked' }
  }
  return grant.status === 'consent_needed' && grant.lastFailure
    ? { endsAt: grant.lastFailure.at, endsBecause: 'consent_needed' }
    : { endsAt: grant.endsAt, endsBecause: 'consent_term' }
}
