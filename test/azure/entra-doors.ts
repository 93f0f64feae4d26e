import { secretCredential } from '../../shared/azure/entra/app-credential.ts'
import { redeemRefreshToken } from '../../shared/azure/entra/redeem-refresh-token.ts'
import type { EntraFailure, Redeemed, Redemption } from '../../shared/broker/redeem.ts'
import { appId, graph, type TestEntra } from '../local/entra-fixture.ts'

export const ada = 'ada@contoso.example'
export const fay = 'fay@fabrikam.example'
export const adaId = '0f000000-0000-4000-8000-000000000101'

/** Our application at the local Entra, with a client secret. */
export const entraAppOf = ({ address }: TestEntra, secret = 'app-secret') => ({
  authorityHost: address,
  clientId: appId,
  credential: secretCredential([async () => secret]),
})

/** Redeems as the product does, with one client for all calls. */
export const redeemer = (app: ReturnType<typeof entraAppOf>) => {
  const redeem = redeemRefreshToken(app, () => Date.now())
  return (tenant: string, refreshToken: string, audience = graph): Promise<Redemption> =>
    redeem({
      refreshToken,
      partner: tenant,
      tenant,
      scopes: [`${audience}/.default`],
      correlationId: 'c-1',
    })
}

export const redeemedOf = (redemption: Redemption): Redeemed => {
  if ('redeemed' in redemption) return redemption.redeemed
  throw new Error(`not redeemed: ${JSON.stringify(redemption.failure)}`)
}

export const failureOf = (redemption: Redemption): EntraFailure => {
  if ('failure' in redemption) return redemption.failure
  throw new Error('it was redeemed')
}
