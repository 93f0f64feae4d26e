import { BrokerError } from './broker-error.ts'
import { hasEnded, type Grant } from './grant.ts'
import { holdsFor, isRevoked, type Revocation } from './revocation.ts'

export type GrantQuestion = {
  partner: string
  audience: string
  now: number
  /** What the policy says of the partner, which may be ahead of the row. */
  revocation: Revocation | undefined
}

/** Why this grant gives no token now; undefined when it does. */
export const grantRefusal = (
  grant: Grant | undefined,
  { partner, audience, now, revocation }: GrantQuestion,
): BrokerError | undefined => {
  if (!grant) return revocation ? revoked(partner, revocation.revokedBy) : notOnboarded(partner)
  if (isRevoked(grant, revocation)) {
    const held = holdsFor(grant, revocation) ? revocation : undefined
    return revoked(partner, held?.revokedBy ?? grant.revokedBy ?? 'operator')
  }
  if (grant.status === 'consent_needed') return consentNeeded(grant)
  if (hasEnded(grant, now)) return termOver(partner)
  return grant.audiences.includes(audience) ? undefined : audienceMissing(partner, audience)
}

const notOnboarded = (partner: string) =>
  new BrokerError(
    'consent_needed',
    "the partner has not consented yet. The partner's administrator must consent",
    { suberror: 'consent_required', reason: 'no_grant', reconsentPartner: partner },
  )

/** After the partner's own withdrawal she may consent again; after an operator's, only he may invite. */
export const revoked = (partner: string, revokedBy: Revocation['revokedBy']) =>
  revokedBy === 'partner'
    ? new BrokerError(
        'grant_revoked',
        "the partner withdrew its consent. The partner's administrator may consent again",
        { reason: 'withdrawn', whoMustAct: 'partner_admin', reconsentPartner: partner },
      )
    : new BrokerError(
        'grant_revoked',
        "the operator revoked the partner's consent. Only a new invitation of the operator onboards again",
        { reason: 'revoked' },
      )

const consentNeeded = ({ partner, lastFailure }: Grant) =>
  new BrokerError(
    'consent_needed',
    "the partner's consent no longer works. The partner's administrator must consent again",
    {
      reason: `marked_${lastFailure?.reason ?? 'dead'}`,
      suberror: lastFailure?.suberror ?? 'consent_required',
      errorCodes: lastFailure?.errorCodes ?? [],
      reconsentPartner: partner,
    },
  )

const termOver = (partner: string) =>
  new BrokerError(
    'consent_needed',
    "the agreed term of the partner's consent is over. The partner's administrator must consent again",
    { suberror: 'consent_required', reason: 'term_over', reconsentPartner: partner },
  )

const audienceMissing = (partner: string, audience: string) =>
  new BrokerError(
    'audience_not_consented',
    `the partner's consent does not hold ${audience}. The partner's administrator must consent to it`,
    { reason: 'audience_not_in_grant', reconsentPartner: partner },
  )
