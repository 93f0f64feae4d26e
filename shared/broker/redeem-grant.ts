import { BrokerError } from './broker-error.ts'
import { classifyEntraFailure } from './classify-entra-failure.ts'
import type { FailureClass } from './failure-classes.ts'
import { secretNameOf, type Grant, type SealedVersion } from './grant.ts'
import type { EntraFailure, Redeemed, RedeemRefreshToken } from './redeem.ts'
import type { SealedTokens, UnsealToken } from './sealed-token.ts'
import { requireOwner } from './whose-token.ts'

export type RedeemingPorts = {
  sealedTokens: Pick<SealedTokens, 'read'>
  unseal: UnsealToken
  redeem: RedeemRefreshToken
}

export type RedeemingFor = {
  /** Tenant to redeem at; the partner's own when absent. */
  customer?: string
  scopes: string[]
  challenge?: string
  correlationId: string
}

export type Refused = { failure: EntraFailure; refused: FailureClass }

/**
 * Unseals a grant's refresh token, redeems it and proves whose token came back. `unsealed`: the
 * refresh token that was redeemed.
 */
export const redeemGrant = async (
  ports: RedeemingPorts,
  grant: Grant,
  { customer, scopes, challenge, correlationId }: RedeemingFor,
): Promise<{ redeemed: Redeemed; unsealed: string } | Refused> => {
  const refreshToken = await openRefreshToken(ports, grant)
  const tenant = customer ?? grant.partner
  const redemption = await ports.redeem({
    refreshToken,
    partner: grant.partner,
    tenant,
    scopes,
    correlationId,
    ...(challenge !== undefined && { claims: challenge }),
  })
  if ('redeemed' in redemption) {
    requireOwner(redemption.redeemed.account, grant)
    return { ...redemption, unsealed: refreshToken }
  }
  const { failure } = redemption
  const at = customer === undefined ? 'home' : 'customer'
  return { failure, refused: classifyEntraFailure(failure, at) }
}

const openRefreshToken = async (ports: RedeemingPorts, grant: Grant): Promise<string> => {
  for (const version of [grant.sealed, grant.previous]) {
    const token = version && (await openVersion(ports, grant, version))
    if (token !== undefined) return token
  }
  throw new BrokerError(
    'internal',
    "the partner's sealed refresh token is missing. The operator must look into the vault",
    { reason: 'sealed_token_absent' },
  )
}

const openVersion = async (
  { sealedTokens, unseal }: RedeemingPorts,
  grant: Grant,
  { secretVersion, kid }: SealedVersion,
): Promise<string | undefined> => {
  const sealed = await sealedTokens.read(secretNameOf(grant), secretVersion)
  const { app, partner, generation } = grant
  return sealed === undefined ? undefined : unseal(sealed, { app, partner, generation, kid })
}
