import type { LocalAnswer, LocalRequest } from '../kit/part.ts'
import { EntraError, missing } from './aadsts.ts'
import { authenticateClient } from './client-authentication.ts'
import type { Entra } from './context.ts'
import { redeemCode } from './redeem-code.ts'
import { redeemRefreshToken } from './redeem-refresh-token.ts'
import { clientCredentials } from './client-credentials.ts'
import type { TokenRequest } from './token-request.ts'

type GrantType = (entra: Entra, request: TokenRequest) => Promise<LocalAnswer>

const grantTypes: Record<string, GrantType> = {
  authorization_code: redeemCode,
  refresh_token: redeemRefreshToken,
  client_credentials: clientCredentials,
}

/** `POST /{tenant}/oauth2/v2.0/token`. */
export const token = async (
  entra: Entra,
  request: LocalRequest,
  authority: string,
): Promise<LocalAnswer> => {
  if (request.method !== 'POST') {
    throw new EntraError(
      900561,
      `The endpoint only accepts POST requests. Received a ${request.method} request.`,
    )
  }
  if (request.form.has('resource')) {
    throw new EntraError(901002, "The 'resource' request parameter isn't supported.")
  }
  const grantType = request.form.get('grant_type')
  if (!grantType) throw missing('grant_type')
  const grant = grantTypes[grantType]
  if (!grant) {
    throw new EntraError(70003, `The app requested an unsupported grant type '${grantType}'.`)
  }
  const asker = await authenticateClient(entra, request, authority)
  return grant(entra, { request, authority, asker })
}
