import { findAudience } from '../audience.ts'
import type { Grant } from '../grant.ts'
import { partnerHealth } from '../partner-health.ts'
import type { LastUse } from '../usage/last-use.ts'
import type { PartnerFacts, UsageOf } from './partner-facts.ts'
import type { SignedOut } from './partner-relay.ts'
import { visitOf, type PartnerVisit, type VisitingPorts } from './partner-visit.ts'
import { isEndedByOperator } from './renewal-origin.ts'
import { csrfOf } from './session.ts'

export type SeeingPorts = VisitingPorts & {
  usageOf: UsageOf
  lastUse: (partner: string) => Promise<Pick<LastUse, 'lastUsedAt' | 'record'>>
  shown: Pick<PartnerFacts, 'app' | 'addresses'>
}

/** What a partner sees of its own consent. */
export const seePartner = async (
  ports: SeeingPorts,
  secret: string,
): Promise<PartnerFacts | SignedOut> => {
  const visit = await visitOf(ports, secret)
  if ('kind' in visit) return visit
  const { partner } = visit.session
  // A record that cannot be read now must not keep anybody from withdrawing.
  const [use, usage] = await Promise.all([
    ports.lastUse(partner).catch(() => undefined),
    ports.usageOf(partner).catch(() => undefined),
  ])
  return {
    kind: 'partner',
    csrf: csrfOf(secret),
    ...personOf(visit),
    ...grantFacts(visit.grant),
    ...healthOf(visit, ports.now()),
    confirmation: partner,
    ...lastUsed(use),
    ...(usage && { usage: usage.lines }),
    ...(usage?.through !== undefined && { usageThrough: usage.through }),
    ...ports.shown,
  }
}

// Not to be able to tell is not the same as never.
const lastUsed = (use: Pick<LastUse, 'lastUsedAt' | 'record'> | undefined) => {
  if (use?.lastUsedAt !== undefined) return { lastUsedAt: use.lastUsedAt }
  return use?.record === 'complete' ? {} : { isLastUseUnread: true as const }
}

const personOf = ({ session, grant }: PartnerVisit) => ({
  person: {
    isConsenter: session.objectId === grant.consentedBy,
    ...(session.name !== undefined && { name: session.name }),
  },
})

const grantFacts = (grant: Grant) => ({
  partner: grant.partner,
  generation: grant.generation,
  consentedBy: grant.consentedBy,
  consentedAt: grant.consentedAt,
  rotatedAt: grant.sealed.sealedAt,
  ...(grant.sealedDeletedAt !== undefined && { sealedDeletedAt: grant.sealedDeletedAt }),
  audiences: grant.audiences.map((resource) => ({
    resource,
    permissions: [...(findAudience(resource)?.permissions ?? [])],
  })),
  ...(grant.displayName !== undefined && { displayName: grant.displayName }),
  ...(grant.degraded && {
    degraded: { since: grant.degraded.since, reason: grant.degraded.reason },
  }),
})

const healthOf = ({ grant, revocation }: PartnerVisit, now: number) => {
  const health = partnerHealth(grant.partner, { grant, revocation }, now)
  const status = health?.status ?? 'active'
  const held = health?.revocation
  const revokedAt = held?.at ?? grant.revokedAt
  const revokedBy = held?.revokedBy ?? grant.revokedBy
  return {
    status,
    endsAt: health?.endsAt ?? grant.endsAt,
    endsBecause: health?.endsBecause ?? 'consent_term',
    canRenew: !isEndedByOperator(grant, revocation),
    // By the row: a withdrawal that could not be finished may be repeated.
    canWithdraw: grant.status !== 'revoked',
    ...(status === 'revoked' && revokedAt !== undefined && { revokedAt }),
    ...(status === 'revoked' && revokedBy !== undefined && { revokedBy }),
  }
}
