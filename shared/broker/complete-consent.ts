import { asBrokerError } from './broker-error.ts'
import type { Attempt } from './attempt.ts'
import { aadsts, type ConsentOutcome, type ConsentRefusal } from './consent-outcome.ts'
import { classifyEntraFailure } from './classify-entra-failure.ts'
import type { Grant } from './grant.ts'
import type { Invitation } from './invitation.ts'
import { opened } from './open-invitation.ts'
import { isOurs, proveConsent, type ProvingPorts } from './prove-consent.ts'
import type { Rows } from './rows.ts'
import type { FinishSignIn, SignedIn } from './sign-in.ts'
import { provenAudiences } from './start-sign-in.ts'
import { storeConsent, type StoringPorts } from './store-consent.ts'

export type CompletingPorts = ProvingPorts &
  StoringPorts & {
    invitations: Pick<Rows<Invitation>, 'read' | 'replace'>
    finishSignIn: FinishSignIn
  }

/** What Entra sent back to the callback, beside the state. */
export type EntraAnswer = { code?: string; error?: string; errorCodes: number[] }

type Completing = { attempt: Attempt; answer: EntraAnswer; correlationId: string }

/** Takes one attempt from Entra's answer to a stored consent, or to the reason why there is none. */
export const completeConsent = async (
  ports: CompletingPorts,
  completing: Completing,
): Promise<ConsentOutcome> => {
  const { answer, attempt } = completing
  if (answer.error !== undefined || answer.code === undefined) return signInRefusal(answer)
  const stored = await ports.invitations.read(attempt.invitation)
  if (!stored) return { kind: 'invitation_unknown' }
  const invitation = await opened(ports, stored.value)
  if ('kind' in invitation) return invitation
  return signInAndStore(ports, { ...completing, ...invitation, code: answer.code })
}

const signInAndStore = async (
  ports: CompletingPorts,
  completing: Completing & { invitation: Invitation; code: string },
): Promise<ConsentOutcome> => {
  const { attempt, invitation, code, correlationId } = completing
  const partner = invitation.partner
  const audiences = provenAudiences(invitation.audiences)
  const result = await ports.finishSignIn({
    tenant: partner,
    code,
    codeVerifier: attempt.codeVerifier,
    nonce: attempt.nonce,
    scopes: [`${audiences[0]}/.default`],
    correlationId,
  })
  if ('failure' in result) return codeRefusal(result.failure)
  if ('idToken' in result) return { kind: 'id_token_invalid' }
  const accepted = acceptedSignIn(result.signedIn, partner)
  if ('kind' in accepted) return accepted
  const consentedBy = result.signedIn.person.objectId
  const { refreshToken } = accepted
  const toProve = { partner, consentedBy, refreshToken, audiences, correlationId }
  const proof = await proveConsent(ports, toProve)
  if ('kind' in proof) return proof
  const { proven } = proof
  const storing = await storeConsent(ports, { attempt, invitation, consentedBy, proven })
  return 'kind' in storing ? storing : consented(storing.grant, result.signedIn.person.name)
}

const acceptedSignIn = (
  { person, account, refreshToken }: SignedIn,
  partner: string,
): { refreshToken: string } | ConsentRefusal => {
  if (person.tenant !== partner) {
    return { kind: 'wrong_tenant', invitedTenant: partner, usedTenant: person.tenant }
  }
  if (!account) return { kind: 'account_mismatch', signedInAccount: person.objectId }
  if (account.tenant !== partner) {
    return { kind: 'guest', invitedTenant: partner, homeTenant: account.tenant }
  }
  if (account.objectId !== person.objectId) {
    return {
      kind: 'account_mismatch',
      signedInAccount: person.objectId,
      tokenAccount: account.objectId,
    }
  }
  return refreshToken === undefined ? { kind: 'no_refresh_token' } : { refreshToken }
}

const signInRefusal = ({ error, errorCodes }: EntraAnswer): ConsentRefusal => {
  if (error === 'access_denied') return { kind: 'signin_cancelled' }
  if (error === 'temporarily_unavailable' || error === 'server_error')
    return { kind: 'unavailable' }
  return signInError(errorCodes)
}

const codeRefusal = (failure: Parameters<typeof classifyEntraFailure>[0]): ConsentRefusal => {
  const refused = classifyEntraFailure(failure, 'home')
  if (isOurs(refused)) return { kind: 'unavailable' }
  return refused.lacksMfa ? { kind: 'mfa_missing' } : signInError(failure.errorCodes)
}

const signInError = (errorCodes: readonly number[]): ConsentRefusal => {
  const errorCode = aadsts(errorCodes)
  return { kind: 'signin_error', ...(errorCode !== undefined && { errorCode }) }
}

/** What the page shows of a stored grant. */
export const consented = (grant: Grant, consentedBy?: string): ConsentOutcome => ({
  kind: 'consented',
  partner: grant.partner,
  audiences: grant.audiences,
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
