import { BrokerError } from './broker-error.ts'
import { hasEnded, type Grant } from './grant.ts'

type Wanted = { partner: string; audience: string }

/** Why this grant gives no token now; undefined when it does. */
export const grantRefusal = (
  grant: Grant | undefined,
  { partner, audience }: Wanted,
  now: number,
): BrokerError | undefined => {
  if (!grant) return notOnboarded(partner)
  if (grant.status === 'revoked') return revoked()
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

const revoked = () =>
  new BrokerError(
    'grant_revoked',
    "the partner's consent was revoked. Only a new invitation of the operator onboards again",
    { suberror: 'grant_revoked', reason: 'revoked' },
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
