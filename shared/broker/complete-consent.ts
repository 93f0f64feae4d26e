import { asBrokerError } from './broker-error.ts'
import { invitationOrigin, type ConsentOrigin } from './consent-origin.ts'
import type { ConsentOutcome, ConsentRefusal } from './consent-outcome.ts'
import type { Grant } from './grant.ts'
import type { Invitation } from './invitation.ts'
import { opened } from './open-invitation.ts'
import { proveConsent, type ProvingPorts } from './prove-consent.ts'
import type { Rows } from './rows.ts'
import type { FinishSignIn } from './sign-in.ts'
import { lastingSignIn, type AtHome, type Redeeming } from './signed-in.ts'
import { provenAudiences } from './start-sign-in.ts'
import { storeConsent, type StoringPorts } from './store-consent.ts'

export type ConsentingPorts = ProvingPorts &
  StoringPorts & {
    invitations: Pick<Rows<Invitation>, 'read' | 'replace'>
    finishSignIn: FinishSignIn
  }

/** Takes an attempt from its code to a stored consent, or to the reason why there is none. */
export const completeConsent = async (
  ports: ConsentingPorts,
  redeeming: Redeeming,
): Promise<ConsentOutcome> => {
  const stored = await ports.invitations.read(redeeming.attempt.invitation)
  if (!stored) return { kind: 'invitation_unknown' }
  const invitation = await opened(ports, stored.value)
  if ('kind' in invitation) return invitation
  const origin = invitationOrigin(ports, invitation.invitation, redeeming.attempt.termDays)
  const signedIn = await lastingSignIn(ports, redeeming, origin.audiences)
  return 'kind' in signedIn ? signedIn : proveAndStore(ports, redeeming, { origin, signedIn })
}

/** Proves what a sign-in left on every audience, and only then stores it. */
export const proveAndStore = async (
  ports: ConsentingPorts,
  { attempt, correlationId }: Redeeming,
  { origin, signedIn }: { origin: ConsentOrigin; signedIn: Required<AtHome> },
): Promise<ConsentOutcome> => {
  const { person, refreshToken } = signedIn
  const { partner } = origin
  const consentedBy = person.objectId
  const audiences = provenAudiences(origin.audiences)
  const toProve = { partner, consentedBy, refreshToken, audiences, correlationId }
  const proof = await proveConsent(ports, toProve)
  if ('kind' in proof) return proof
  const { proven } = proof
  const storing = await storeConsent(ports, { attempt, origin, consentedBy, proven })
  return 'kind' in storing ? storing : consented(storing.grant, person.name)
}

/** What the page shows of a stored grant. */
export const consented = (grant: Grant, consentedBy?: string): ConsentOutcome => ({
  kind: 'consented',
  partner: grant.partner,
  audiences: grant.audiences,
  consentedAt: grant.consentedAt,
  endsAt: grant.endsAt,
  ...(grant.displayName !== undefined && { displayName: grant.displayName }),
  ...(consentedBy !== undefined && { consentedBy }),
})

/** A fault on the way is an outcome too: `unavailable`, since nothing was stored. */
export const faultOutcome = (thrown: unknown): ConsentRefusal => {
  const { code, detail } = asBrokerError(thrown)
  return code === 'internal' && detail.reason?.startsWith('token_owner')
    ? { kind: 'account_mismatch' }
    : { kind: 'unavailable' }
}
