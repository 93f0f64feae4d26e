import type { Attempt } from './attempt.ts'
import { classifyEntraFailure } from './classify-entra-failure.ts'
import { aadsts, type ConsentRefusal } from './consent-outcome.ts'
import { isOurs } from './prove-consent.ts'
import type { FinishSignIn, Person, SignedIn } from './sign-in.ts'
import { provenAudiences } from './start-sign-in.ts'

/** What Entra sent back to the callback, beside the state. */
export type EntraAnswer = { code?: string; error?: string; errorCodes: number[] }

/** An attempt that one callback has taken, and the code that it brought. */
export type Redeeming = { attempt: Attempt; code: string; correlationId: string }

/** A person at home in the tenant that was signed in to. */
export type AtHome = { person: Person; refreshToken?: string }

type SigningInPorts = { finishSignIn: FinishSignIn }

/** The code of Entra's answer, or why there is none. */
export const answeredCode = ({
  code,
  error,
  errorCodes,
}: EntraAnswer): { code: string } | ConsentRefusal => {
  if (error === undefined && code !== undefined) return { code }
  if (error === 'access_denied') return { kind: 'signin_cancelled' }
  if (error === 'temporarily_unavailable' || error === 'server_error')
    return { kind: 'unavailable' }
  return signInError(errorCodes)
}

/** Redeems the code and gives the person, who must be at home in the partner's tenant. */
export const signedInAtHome = async (
  { finishSignIn }: SigningInPorts,
  { attempt, code, correlationId }: Redeeming,
  scopes: string[],
): Promise<AtHome | ConsentRefusal> => {
  const { partner, codeVerifier, nonce } = attempt
  const request = { tenant: partner, code, codeVerifier, nonce, scopes, correlationId }
  const result = await finishSignIn(request)
  if ('failure' in result) return codeRefusal(result.failure)
  if ('idToken' in result) return { kind: 'id_token_invalid' }
  return atHome(result.signedIn, partner)
}

/** The same for a sign-in that must leave lasting access. */
export const lastingSignIn = async (
  ports: SigningInPorts,
  redeeming: Redeeming,
  audiences: readonly string[],
): Promise<Required<AtHome> | ConsentRefusal> => {
  const [first] = provenAudiences(audiences)
  const signedIn = await signedInAtHome(ports, redeeming, [`${first}/.default`])
  if ('kind' in signedIn) return signedIn
  const { person, refreshToken } = signedIn
  return refreshToken === undefined ? { kind: 'no_refresh_token' } : { person, refreshToken }
}

const atHome = (
  { person, account, refreshToken }: SignedIn,
  partner: string,
): AtHome | ConsentRefusal => {
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
  return { person, ...(refreshToken !== undefined && { refreshToken }) }
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
