import { createHash } from 'node:crypto'
import type { LocalAnswer } from '../kit/part.ts'
import { EntraError, missing } from './aadsts.ts'
import { isMultiTenant, signInAccount } from './accounts.ts'
import type { AuthorizationCode } from './codes.ts'
import type { Entra } from './context.ts'
import { personAnswer } from './person-answer.ts'
import type { TokenRequest } from './token-request.ts'

const lifetimeMs = 10 * 60_000

/** `grant_type=authorization_code` (RFC 6749 section 4.1.3, RFC 7636). */
export const redeemCode = async (entra: Entra, asked: TokenRequest): Promise<LocalAnswer> => {
  const { request, asker } = asked
  const code = goodCode(entra, asked)
  checkVerifier(code, request.form.get('code_verifier'))
  const person = entra.directory.people.find((one) => one.objectId === code.objectId)
  const account = person && signInAccount(person, code.tenant)
  if (!account) throw new EntraError(500341, 'The user account has been deleted from the tenant.')
  const answer = await personAnswer(entra, {
    subject: { account, ...asker, mfa: code.mfa },
    grantType: 'authorization_code',
    scope: request.form.get('scope'),
    signInScope: code.scope,
    ...(code.nonce && { nonce: code.nonce }),
    wantsClientInfo: request.form.get('client_info') === '1',
  })
  code.redeemed = true
  return answer
}

const goodCode = (entra: Entra, { request, authority, asker }: TokenRequest): AuthorizationCode => {
  const text = request.form.get('code')
  if (!text) throw missing('code')
  const code = entra.codes.find(text)
  if (!code) throw new EntraError(9002313, 'Invalid request. Request is malformed or invalid.')
  if (code.redeemed) {
    throw new EntraError(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    )
  }
  if (entra.nowMs() > code.issuedAtMs + lifetimeMs) {
    throw new EntraError(
      70008,
      'The provided authorization code or refresh token has expired due to inactivity.',
    )
  }
  if (code.clientId !== asker.client.clientId) {
    throw new EntraError(70000, 'The provided authorization code was issued to another client.')
  }
  checkPlace(code, authority, request.form.get('redirect_uri'))
  return code
}

const checkPlace = (code: AuthorizationCode, authority: string, redirectUri: string | null) => {
  // A code from /common may be redeemed at the tenant it was for, but not the other way round.
  const isSameTenant = authority === code.tenant || authority === code.authority
  if (!isSameTenant && !(isMultiTenant(authority) && isMultiTenant(code.authority))) {
    throw new EntraError(
      700005,
      `OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate): '${code.authority}'.`,
    )
  }
  if (redirectUri === null) throw missing('redirect_uri')
  if (redirectUri !== code.redirectUri) {
    throw new EntraError(
      500112,
      `The reply address '${redirectUri}' does not match the reply address '${code.redirectUri}' provided when requesting Authorization code.`,
    )
  }
}

const checkVerifier = ({ challenge }: AuthorizationCode, verifier: string | null): void => {
  if (!challenge) return
  const actual = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url')
  if (actual === challenge) return
  throw new EntraError(
    501481,
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  )
}
