import type { Redeemed, RedeemRefreshToken, Redemption } from '../../broker/redeem.ts'
import { atDoor } from '../sanitize.ts'
import type { AppCredential } from './app-credential.ts'
import {
  makeClient,
  provingItself,
  type EntraApp,
  type ProvenClient,
} from './confidential-client.ts'

// Above what the network takes at most: this one only guards against MSAL itself.
const timeoutMs = 20_000

/** Redeems refresh tokens through one MSAL client per process, which keeps no token. */
export const redeemRefreshToken = (app: EntraApp, now: () => number): RedeemRefreshToken => {
  let client: Promise<ProvenClient> | undefined
  const open = () => {
    const made = (client ??= makeClient(app))
    made.catch(() => forget(made))
    return made
  }
  const forget = (made: Promise<ProvenClient> | undefined) => {
    if (client === made) client = undefined
  }
  // A client is of no more use once its proof was refused: the credential gives another one, or the
  // same one read anew.
  const credential: AppCredential = {
    ...app.credential,
    refused: (proof) => {
      client = undefined
      app.credential.refused(proof)
    },
  }

  return async ({ tenant, partner, ...request }) =>
    atDoor('entra', timeoutMs, async () => {
      const at = now()
      const proving = { ...app, credential, partner, open }
      const { exchange, result } = await provingItself(proving, (opened) =>
        opened.acquireTokenByRefreshToken({
          ...request,
          authority: `${app.authorityHost}/${tenant}`,
        }),
      )
      if (exchange.failure) return { failure: exchange.failure }
      return asRedemption(result, { ...exchange, at })
    })
}

type Result = { accessToken: string; expiresOn: Date | null; scopes: string[] } | null | undefined

const asRedemption = (
  result: Result,
  {
    refreshToken,
    refreshTokenExpiresInSeconds,
    account,
    scope,
    at,
  }: Partial<Redeemed> & {
    at: number
  },
): Redemption => {
  if (!result?.expiresOn) return { failure: { status: 502, error: 'unreadable', errorCodes: [] } }
  return {
    redeemed: {
      accessToken: result.accessToken,
      expiresInSeconds: Math.floor((result.expiresOn.getTime() - at) / 1000),
      scope: scope ?? result.scopes.join(' '),
      at,
      ...(refreshToken !== undefined && { refreshToken }),
      ...(refreshTokenExpiresInSeconds !== undefined && { refreshTokenExpiresInSeconds }),
      ...(account && { account }),
    },
  }
}
