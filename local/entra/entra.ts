import type { JSONWebKeySet } from 'jose'
import type { Directory, ManagedIdentity } from '../directory.ts'
import { startPart, type LocalAnswer, type LocalPart, type LocalRequest } from '../kit/part.ts'
import { EntraError, errorAnswer, tenantNotFound } from './aadsts.ts'
import { isMultiTenant, knownTenants } from './accounts.ts'
import { adminConsent } from './admin-consent.ts'
import { authorize } from './authorize.ts'
import { refusalPage } from './browser-endpoint.ts'
import { createCodes } from './codes.ts'
import type { Entra } from './context.ts'
import { createControls } from './controls.ts'
import { directoryChangesIn } from './directory-changes.ts'
import { instanceDiscovery, openidConfiguration, publishedKeys } from './discovery.ts'
import { identityToken, type IdentityToken } from './identity-token.ts'
import { keysIn } from './keys.ts'
import { createNextAnswers } from './next-answers.ts'
import { recordsIn } from './records.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { token } from './token.ts'

export type LocalEntra = LocalPart & {
  /** A managed identity's token; throws AADSTS500011 for a resource that is not known here. */
  issueIdentityToken: (identity: ManagedIdentity, resource: string) => Promise<IdentityToken>
  jwks: () => JSONWebKeySet
}

export type EntraOptions = {
  tls: { cert: string; key: string }
  port: number
  /** Changed in place by `POST /_local/directory`, so that every local part sees the same people. */
  directory: Directory
  stateFolder: string
  nowMs?: () => number
}

/** A local Entra on 127.0.0.1: who signs in is chosen by a button, the protocol is the real one. */
export const startEntra = async (options: EntraOptions): Promise<LocalEntra> => {
  const { tls, port, directory, stateFolder, nowMs = Date.now } = options
  const controls = createControls(directoryChangesIn(stateFolder, directory))
  const keys = await keysIn(stateFolder)
  const entra: Entra = {
    address: '',
    directory,
    keys,
    records: recordsIn(stateFolder),
    refreshTokens: createRefreshTokens(keys.refreshTokenKey),
    codes: createCodes(),
    next: createNextAnswers(),
    nowMs,
  }
  const part = await startPart({
    host: '127.0.0.1',
    port,
    tls,
    answer: (request) =>
      firstSegment(request) === '_local' ? controls(entra, request) : answer(entra, request),
    facts: tenantFact,
  })
  entra.address = part.address
  return {
    ...part,
    issueIdentityToken: (identity, resource) => identityToken(entra, identity, resource),
    jwks: keys.jwks,
  }
}

const firstSegment = ({ url }: LocalRequest): string => url.pathname.split('/')[1] ?? ''

const tenantFact = (request: LocalRequest): Record<string, string> => {
  const tenant = firstSegment(request)
  return tenant === '_local' ? {} : { tenant }
}

type Endpoint = (
  entra: Entra,
  request: LocalRequest,
  authority: string,
) => LocalAnswer | Promise<LocalAnswer>

const endpoints: Record<string, Endpoint> = {
  'v2.0/.well-known/openid-configuration': (entra, _, authority) =>
    openidConfiguration(entra, authority),
  'discovery/v2.0/keys': (entra, _, authority) => publishedKeys(entra, authority),
  'discovery/keys': (entra, _, authority) => publishedKeys(entra, authority),
  'discovery/instance': (entra, { url }) =>
    instanceDiscovery(entra, url.searchParams.get('authorization_endpoint')),
  'oauth2/v2.0/authorize': authorize,
  'oauth2/v2.0/token': token,
  'v2.0/adminconsent': adminConsent,
}

const answer = async (entra: Entra, request: LocalRequest): Promise<LocalAnswer> => {
  const [, segment = '', ...rest] = request.url.pathname.split('/')
  const endpoint = endpoints[rest.join('/').toLowerCase()]
  if (!endpoint) return { status: 404, body: 'not found' }
  const authority = segment.toLowerCase()
  try {
    if (!isMultiTenant(authority) && !knownTenants(entra.directory).has(authority)) {
      throw tenantNotFound(segment, rest[0] === 'v2.0' ? 'invalid_tenant' : undefined)
    }
    return await endpoint(entra, request, authority)
  } catch (error) {
    if (!(error instanceof EntraError)) throw error
    if (endpoint === authorize || endpoint === adminConsent)
      return refusalPage(entra, request, error)
    return errorAnswer(error, { request, nowMs: entra.nowMs() })
  }
}
