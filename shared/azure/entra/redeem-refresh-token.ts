import type { ConfidentialClientApplication } from '@azure/msal-node'
import type { Redeemed, RedeemRefreshToken, Redemption } from '../../broker/redeem.ts'
import { atDoor } from '../sanitize.ts'
import { makeClient, type EntraApp } from './confidential-client.ts'
import { observed } from './network.ts'

// Above the network's own time-out: this one only guards against MSAL itself.
const timeoutMs = 20_000

/** Redeems refresh tokens through one MSAL client per process, which keeps no token. */
export const redeemRefreshToken = (app: EntraApp, now: () => number): RedeemRefreshToken => {
  let client: Promise<ConfidentialClientApplication> | undefined
  const open = () =>
    (client ??= makeClient(app).catch((error: unknown) => {
      client = undefined
      throw error
    }))

  return async ({ tenant, ...request }) =>
    atDoor('entra', timeoutMs, async () => {
      const opened = await open()
      const at = now()
      const { exchange, result } = await observed(() =>
        opened.acquireTokenByRefreshToken({
          ...request,
          authority: `${app.authorityHost}/${tenant}`,
        }),
      )
      // A refused secret may have been replaced in the vault: the next call reads it again.
      if (exchange.failure?.error === 'invalid_client') client = undefined
      if (exchange.failure) return { failure: exchange.failure }
      return asRedemption(result, { ...exchange, at })
    })
}

type Result = { accessToken: string; expiresOn: Date | null; scopes: string[] } | null | undefined

const asRedemption = (
  result: Result,
  { refreshToken, account, scope, at }: Partial<Redeemed> & { at: number },
): Redemption => {
  if (!result?.expiresOn) return { failure: { status: 502, error: 'unreadable', errorCodes: [] } }
  return {
    redeemed: {
      accessToken: result.accessToken,
      expiresInSeconds: Math.floor((result.expiresOn.getTime() - at) / 1000),
      scope: scope ?? result.scopes.join(' '),
      at,
      ...(refreshToken !== undefined && { refreshToken }),
      ...(account && { account }),
    },
  }
}
