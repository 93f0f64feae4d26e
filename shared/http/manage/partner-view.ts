import type { Grant } from '../../broker/grant.ts'
import type { PartnerHealth } from '../../broker/partner-health.ts'
import type { RecentUse } from '../../broker/recent-use.ts'
import type { PartnerCensus } from '../../broker/report/partner-census.ts'
import type { Revocation } from '../../broker/revocation.ts'

/** A partner's health as the management API shows it. */
export const partnerView = ({
  grant,
  revocation,
  endsAt,
  ...health
}: PartnerHealth): Record<string, unknown> => ({
  ...health,
  ...(endsAt !== undefined && { endsAt: iso(endsAt) }),
  ...(grant && grantView(grant)),
  ...((revocation ?? grant?.status === 'revoked') && revokedView(grant, revocation)),
})

/** How many partners there are, by status. */
export const censusView = ({ counted, byStatus, isComplete }: PartnerCensus) => ({
  counted,
  byStatus,
  isComplete,
})

const grantView = (grant: Grant) => ({
  consentedAt: iso(grant.consentedAt),
  consentedBy: grant.consentedBy,
  rotatedAt: iso(grant.sealed.sealedAt),
  audiences: grant.audiences,
  consentEndsAt: iso(grant.endsAt),
  ...(grant.displayName !== undefined && { displayName: grant.displayName }),
  ...(grant.contact !== undefined && { contact: grant.contact }),
  ...(grant.language !== undefined && { language: grant.language }),
  ...(grant.probedAt !== undefined && { probedAt: iso(grant.probedAt) }),
  ...(grant.degraded && {
    degraded: { ...grant.degraded, since: iso(grant.degraded.since) },
  }),
  ...(grant.sealedDeletedAt !== undefined && { tokenDeletedAt: iso(grant.sealedDeletedAt) }),
  ...(grant.lastFailure && {
    lastFailure: { ...grant.lastFailure, at: iso(grant.lastFailure.at) },
  }),
})

const revokedView = (grant: Grant | undefined, revocation: Revocation | undefined) => {
  const at = revocation?.at ?? grant?.revokedAt
  return {
    revokedBy: revocation?.revokedBy ?? grant?.revokedBy ?? 'operator',
    ...(at !== undefined && { revokedAt: iso(at) }),
    ...(revocation && { revokedReason: revocation.reason, revokedByName: revocation.by }),
  }
}

/** What the record of the last day says, for one partner's view. */
export const recentView = ({ lastUsedAt, customerTroubles }: RecentUse) => ({
  ...(lastUsedAt !== undefined && { lastUsedAt: iso(lastUsedAt) }),
  customerTroubles: customerTroubles.map(({ at, ...trouble }) => ({ ...trouble, at: iso(at) })),
})

const iso = (time: number): string => new Date(time).toISOString()
