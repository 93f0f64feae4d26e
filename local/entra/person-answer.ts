import type { LocalAnswer } from '../kit/part.ts'
import { EntraError } from './aadsts.ts'
import { consentedPermissions, consentRequired, missingConsents } from './consent.ts'
import type { Entra } from './context.ts'
import { changedClaims, type NextAnswer } from './next-answers.ts'
import { findResource, microsoftGraphName, parseScope, type RequestedScope } from './resources.ts'
import { idTokenClaims, personAccessClaims, randomLifetime } from './token-claims.ts'
import type { PersonSubject } from './token-claims.ts'

export type PersonRequest = {
  subject: PersonSubject
  grantType: string
  /** As asked for at the token endpoint; when absent, that of the sign-in. */
  scope: string | null
  signInScope: string
  nonce?: string
  /** `client_info=1` was sent. */
  wantsClientInfo: boolean
}

/** The token endpoint's answer for a person, once her grant has been found good. */
export const personAnswer = async (entra: Entra, request: PersonRequest): Promise<LocalAnswer> => {
  const { subject, grantType } = request
  const scope = oneResource(entra, request)
  const granted = grantedPermissions(entra, subject, scope)
  const next = entra.next.take(grantType, subject.account.tenant)
  const lifetimeSeconds = next?.expiresIn ?? randomLifetime()
  const access = changedClaims(
    personAccessClaims(entra, subject, { ...granted, lifetimeSeconds }),
    next?.accessTokenClaims,
  )
  return {
    status: 200,
    headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' },
    body: {
      token_type: 'Bearer',
      scope: scopeText(granted, scope),
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: await entra.keys.sign(access),
      ...(await refreshToken(entra, request, { scope, next })),
      ...(await idToken(entra, request, { scope, next })),
      ...(request.wantsClientInfo && clientInfo(subject, next)),
    },
  }
}

// A token is for one resource. A code's scope may name several; then the first one counts.
const oneResource = (entra: Entra, request: PersonRequest): RequestedScope => {
  const scope = parseScope(entra.directory, request.scope ?? request.signInScope)
  if (request.scope && scope.resources.length > 1) {
    throw new EntraError(
      28000,
      `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${request.scope} is not valid.`,
    )
  }
  return { openid: scope.openid, resources: scope.resources.slice(0, 1) }
}

const grantedPermissions = (entra: Entra, subject: PersonSubject, scope: RequestedScope) => {
  const { client, account } = subject
  const { tenant } = account
  const [asked] = scope.resources
  if (!asked) {
    const graph = findResource(entra.directory, microsoftGraphName)
    if (!graph) throw new EntraError(500011, 'Microsoft Graph is not in this directory.')
    return { resource: graph, permissions: ['openid', 'profile', 'email'] }
  }
  const held = consentedPermissions(entra, client, { tenant, resource: asked.resource })
  const named = asked.names.filter((name) => name !== '.default')
  const narrowed = { ...scope, resources: [{ resource: asked.resource, names: named }] }
  if (held.length === 0 || missingConsents(entra, client, { tenant, scope: narrowed }).length > 0) {
    throw consentRequired(client)
  }
  return { resource: asked.resource, permissions: [...held] }
}

type Granted = ReturnType<typeof grantedPermissions>

const scopeText = ({ resource, permissions }: Granted, scope: RequestedScope): string => {
  const asked = scope.resources[0]
  if (!asked) return permissions.join(' ')
  const names = asked.names.includes('.default') ? [...permissions, '.default'] : permissions
  return names.map((name) => `${resource.name}/${name}`).join(' ')
}

type Extras = { scope: RequestedScope; next: NextAnswer | undefined }

const refreshToken = async (entra: Entra, request: PersonRequest, { scope, next }: Extras) => {
  if (!scope.openid.has('offline_access') || next?.omitRefreshToken) return {}
  const { account, client, mfa } = request.subject
  const refresh_token = await entra.refreshTokens.issue({
    objectId: account.person.objectId,
    clientId: client.clientId,
    scope: request.signInScope,
    mfa,
    issuedAtMs: entra.nowMs(),
  })
  return { refresh_token }
}

const idToken = async (entra: Entra, request: PersonRequest, { scope, next }: Extras) => {
  if (!scope.openid.has('openid')) return {}
  const claims = idTokenClaims(entra, request.subject, request.nonce)
  return { id_token: await entra.keys.sign(changedClaims(claims, next?.idTokenClaims)) }
}

// The account at home, also when the token is for another tenant.
const clientInfo = ({ account }: PersonSubject, next: NextAnswer | undefined) => {
  if (next?.clientInfo === null) return {}
  const home = { uid: account.person.objectId, utid: account.person.tenant }
  const info = JSON.stringify(next?.clientInfo ?? home)
  return { client_info: Buffer.from(info).toString('base64url') }
}
