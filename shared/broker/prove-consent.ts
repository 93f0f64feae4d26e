import { BrokerError } from './broker-error.ts'
import { rotatedBy, type Rotated } from './keep-rotated.ts'
import { partnerCenter } from './audience.ts'
import { classifyEntraFailure } from './classify-entra-failure.ts'
import type { FailureClass } from './failure-classes.ts'
import { aadsts, type ConsentRefusal } from './consent-outcome.ts'
import type { EntraFailure, Redeemed, RedeemRefreshToken } from './redeem.ts'
import { requireOwner } from './whose-token.ts'

/**
 * What Partner Center says of the person behind a token, asked with a call that needs an agent role
 * and with `ValidateMfa: true`. `mfa_unproven`: it did not say. Throws `upstream_unavailable`.
 */
export type ProbePartnerCenter = (request: {
  accessToken: string
  correlationId: string
}) => Promise<'proven' | 'not_an_agent' | 'mfa_missing' | 'mfa_unproven'>

export type ProvingPorts = {
  redeem: RedeemRefreshToken
  probePartnerCenter: ProbePartnerCenter
  /** Accept a consent of whose MFA Partner Center says nothing. */
  allowUnprovenMfa: boolean
}

export type ToProve = {
  partner: string
  /** Object id of the person who signed in. */
  consentedBy: string
  refreshToken: string
  /** Resource addresses; Partner Center among them. */
  audiences: string[]
  correlationId: string
}

/** The newest refresh token, and when it was obtained. */
export type Proven = Rotated

/** Redeems the refresh token for each audience in turn and asks Partner Center about person and MFA. */
export const proveConsent = async (
  ports: ProvingPorts,
  toProve: ToProve,
): Promise<{ proven: Proven } | ConsentRefusal> => {
  let proven: Proven | undefined
  let refreshToken = toProve.refreshToken
  for (const audience of toProve.audiences) {
    const result = await proveAudience(ports, { ...toProve, refreshToken }, audience)
    if ('kind' in result) return result
    proven = rotatedBy(result) ?? { refreshToken, at: result.at }
    refreshToken = proven.refreshToken
  }
  return proven ? { proven } : { kind: 'no_refresh_token' }
}

const proveAudience = async (
  ports: ProvingPorts,
  { partner, consentedBy, refreshToken, correlationId }: ToProve,
  audience: string,
): Promise<Redeemed | ConsentRefusal> => {
  const scopes = [`${audience}/.default`]
  const result = await ports.redeem({
    refreshToken,
    partner,
    tenant: partner,
    scopes,
    correlationId,
  })
  if ('failure' in result) return refusalOf(result.failure, audience)
  const { redeemed } = result
  if (!isOwner(redeemed, { partner, consentedBy })) return mismatch(redeemed, consentedBy)
  if (audience !== partnerCenter) return redeemed
  const { accessToken } = redeemed
  const answer = await ports.probePartnerCenter({ accessToken, correlationId })
  if (answer === 'proven' || (answer === 'mfa_unproven' && ports.allowUnprovenMfa)) return redeemed
  return { kind: answer }
}

const refusalOf = (failure: EntraFailure, audience: string): ConsentRefusal => {
  const refused = classifyEntraFailure(failure, 'home')
  if (isOurs(refused)) return { kind: 'unavailable' }
  if (refused.lacksMfa) return { kind: 'mfa_missing' }
  const errorCode = aadsts(failure.errorCodes)
  return { kind: 'audience_refused', audience, ...(errorCode !== undefined && { errorCode }) }
}

/** Whether a refusal is no affair of the partner: it passes, or our own application is refused. */
export const isOurs = ({ scope }: FailureClass): boolean =>
  scope === 'transient' || scope === 'application'

const isOwner = (
  { account }: Redeemed,
  owner: { partner: string; consentedBy: string },
): boolean => {
  try {
    requireOwner(account, owner)
    return true
  } catch (thrown) {
    if (thrown instanceof BrokerError) return false
    throw thrown
  }
}

const mismatch = ({ account }: Redeemed, signedInAccount: string): ConsentRefusal => ({
  kind: 'account_mismatch',
  signedInAccount,
  ...(account && { tokenAccount: account.objectId }),
})
