import { createHash } from 'node:crypto'
import type { FinishSignIn, SignInAddress } from '../../broker/sign-in.ts'
import { atDoor } from '../sanitize.ts'
import { makeClient, provingItself, type EntraApp } from './confidential-client.ts'
import { askingWhoOnly, whoOnly } from './identity-scope.ts'
import type { VerifyIdToken } from './id-token.ts'

type SignInApp = EntraApp & { redirectUri: string }

const timeoutMs = 20_000

/**
 * Where an attempt signs in. `prompt=login`: the refresh token carries the context of this sign-in.
 * Without scopes only the person matters, so that she may use the session she has.
 */
export const signInAddress =
  (app: SignInApp): SignInAddress =>
  ({ tenant, codeVerifier, ...request }) =>
    atDoor('entra', timeoutMs, async () => {
      const { ResponseMode } = await import('@azure/msal-node')
      const { client } = await makeClient(app)
      const isIdentityOnly = request.scopes.length === 0
      const address = await client.getAuthCodeUrl({
        ...request,
        authority: `${app.authorityHost}/${tenant}`,
        redirectUri: app.redirectUri,
        responseMode: ResponseMode.FORM_POST,
        prompt: isIdentityOnly ? 'select_account' : 'login',
        codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        codeChallengeMethod: 'S256',
      })
      return isIdentityOnly ? askingWhoOnly(address) : address
    })

/**
 * Redeems an attempt's code. Each call has an MSAL client of its own: unlike a refresh, this call
 * leaves tokens in the client's cache, and they must not outlive it.
 */
export const finishSignIn =
  (app: SignInApp, verify: VerifyIdToken): FinishSignIn =>
  (request) =>
    atDoor('entra', timeoutMs, async () => {
      const own = request.scopes.length === 0 ? { ...app, ask: whoOnly(app.ask) } : app
      const proving = { ...own, partner: request.tenant, open: () => makeClient(own) }
      const { exchange, result } = await provingItself(proving, (client) =>
        client.acquireTokenByCode({
          nonce: request.nonce,
          authority: `${app.authorityHost}/${request.tenant}`,
          redirectUri: app.redirectUri,
          code: request.code,
          codeVerifier: request.codeVerifier,
          scopes: request.scopes,
          correlationId: request.correlationId,
        }),
      )
      if (exchange.failure) return { failure: exchange.failure }
      const verified = await verify(exchange.idToken ?? '', request)
      if ('idToken' in verified) return verified
      if (!result) return { idToken: 'refused by MSAL' }
      const { refreshToken, account } = exchange
      return {
        signedIn: {
          person: verified.person,
          ...(refreshToken !== undefined && { refreshToken }),
          ...(account && { account }),
        },
      }
    })
