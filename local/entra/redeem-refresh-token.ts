import type { Person } from '../directory.ts'
import type { LocalAnswer } from '../kit/part.ts'
import { EntraError, missing } from './aadsts.ts'
import { isMultiTenant, redemptionAccount, tenantName, type Account } from './accounts.ts'
import type { Entra } from './context.ts'
import { personAnswer } from './person-answer.ts'
import type { RefreshToken } from './refresh-tokens.ts'
import type { TokenRequest } from './token-request.ts'
import type { Client } from './clients.ts'

// Entra counts 90 days without use; a token that is used is replaced, so this counts from its issue.
const inactiveMs = 90 * 24 * 3600_000

/** `grant_type=refresh_token`, at home, as a guest or at a customer. Older tokens stay good. */
export const redeemRefreshToken = async (
  entra: Entra,
  { request, authority, asker }: TokenRequest,
): Promise<LocalAnswer> => {
  const text = request.form.get('refresh_token')
  if (!text) throw missing('refresh_token')
  const token = await entra.refreshTokens.read(text)
  if (!token) throw new EntraError(9002313, 'Invalid request. Request is malformed or invalid.')
  checkStillGood(entra, token, asker.client)
  const person = entra.directory.people.find((one) => one.objectId === token.objectId)
  if (!person) throw new EntraError(500341, 'The user account has been deleted from the tenant.')
  const tenant = isMultiTenant(authority) ? person.tenant : authority
  const account = redemptionAccount(entra.directory, person, tenant)
  if (!account) throw notInTenant(entra, { person, tenant, client: asker.client })
  return personAnswer(entra, {
    subject: { account, ...asker, mfa: token.mfa },
    grantType: 'refresh_token',
    scope: request.form.get('scope'),
    signInScope: token.scope,
    wantsClientInfo: request.form.get('client_info') === '1',
  })
}

const checkStillGood = (entra: Entra, token: RefreshToken, client: Client): void => {
  if (token.clientId !== client.clientId) {
    throw new EntraError(70000, 'Provided grant is invalid or malformed.')
  }
  const issued = new Date(token.issuedAtMs).toISOString()
  const revokedAtMs = entra.records.revokedAtMs(token.objectId)
  if (revokedAtMs !== undefined && token.issuedAtMs <= revokedAtMs) {
    throw new EntraError(
      50173,
      `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${issued}' and the TokensValidFrom date (before which tokens are not valid) for this user is '${new Date(revokedAtMs).toISOString()}'.`,
    )
  }
  if (entra.nowMs() > token.issuedAtMs + inactiveMs) {
    throw new EntraError(
      700082,
      `The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for 90.00:00:00.`,
    )
  }
}

/** AADSTS50020: this person is nobody at that tenant (with GDAP: no access to that customer). */
export const notInTenant = (
  entra: Entra,
  { person, tenant, client }: { person: Person; tenant: Account['tenant']; client: Client },
): EntraError =>
  new EntraError(
    50020,
    `User account '${person.username}' from identity provider 'https://sts.windows.net/${person.tenant}/' does not exist in tenant '${tenantName(entra.directory, tenant)}' and cannot access the application '${client.clientId}'(${client.displayName}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
  )
