import type { HttpRequest } from '@azure/functions'
import { isPurpose, parseAuthority, type Authority } from '../broker/authority.ts'
import { parseGuid } from '../broker/tenant-id.ts'
import { parseScope } from '../broker/scope.ts'
import { claimsChallenge } from './claims.ts'
import { malformed, single } from './form.ts'

/** A token request as its form says it, before anything is known of the caller. */
export type TokenForm = {
  partner: string
  customer?: string
  audience: string
  scopes: string[]
  purpose?: string
  clientId?: string
  /** The caller's own Entra token; absent when the request has none. */
  callerToken?: string
  /** A claims challenge to relay, as canonical JSON text. */
  challenge?: string
  minLifeMs?: number
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Reads a token request; throws `request_malformed` that names the field and the remedy. */
export const parseTokenRequest = (request: HttpRequest, form: URLSearchParams): TokenForm => {
  const authority = readAuthority(request)
  requireGrantType(single(form, 'grant_type'))
  const { audience, scopes } = readScope(single(form, 'scope'))
  const purpose = readPurpose(authority, single(form, 'purpose'))
  const clientId = readClientId(single(form, 'client_id'))
  const callerToken = readCallerToken(request, form)
  const challenge = claimsChallenge(single(form, 'claims'))
  const minLifeMs = readMinLifetime(single(form, 'min_lifetime'))
  return {
    partner: authority.partner,
    audience,
    scopes,
    ...(authority.customer !== undefined && { customer: authority.customer }),
    ...(purpose !== undefined && { purpose }),
    ...(clientId !== undefined && { clientId }),
    ...(callerToken !== undefined && { callerToken }),
    ...(challenge !== undefined && { challenge }),
    ...(minLifeMs !== undefined && { minLifeMs }),
  }
}

/** The authority in the path; throws `request_malformed` when it is none. */
export const readAuthority = (request: HttpRequest): Authority => {
  const authority = parseAuthority(request.params['authority'] ?? '')
  if (authority) return authority
  throw malformed(
    'the path must begin with {partner}[.{customer}][.{purpose}]: tenant ids (GUIDs), then optionally a purpose of [a-z0-9-]',
  )
}

const requireGrantType = (grantType: string | undefined): void => {
  if (grantType === 'client_credentials') return
  throw grantType === undefined
    ? malformed('grant_type is missing; send grant_type=client_credentials')
    : malformed('grant_type must be client_credentials', 'unsupported_grant_type')
}

const readScope = (scope: string | undefined) => {
  if (scope === undefined) throw malformed('scope is missing; send {audience}/.default')
  const parsed = parseScope(scope)
  if ('problem' in parsed) throw malformed(parsed.problem, 'invalid_scope')
  return { audience: parsed.audience.resource, scopes: parsed.scopes }
}

const readPurpose = (authority: Authority, field: string | undefined): string | undefined => {
  if (field !== undefined && !isPurpose(field)) {
    throw malformed('purpose must be 1 to 40 of [a-z0-9-] and not a GUID')
  }
  if (field !== undefined && authority.purpose !== undefined && field !== authority.purpose) {
    throw malformed('purpose and the label in the path differ; send one, or the same twice')
  }
  return field ?? authority.purpose
}

const readClientId = (clientId: string | undefined): string | undefined => {
  const parsed = clientId === undefined ? undefined : parseGuid(clientId)
  if (clientId !== undefined && parsed === undefined) throw malformed('client_id must be a GUID')
  return parsed
}

const readMinLifetime = (seconds: string | undefined): number | undefined => {
  if (seconds === undefined) return undefined
  if (/^[1-9]\d{0,4}$/.test(seconds)) return Number(seconds) * 1000
  throw malformed('min_lifetime must be whole seconds, 1 to 99999')
}

const readCallerToken = (request: HttpRequest, form: URLSearchParams): string | undefined => {
  const assertion = single(form, 'client_assertion')
  const type = single(form, 'client_assertion_type')
  const authorization = request.headers.get('authorization')
  if (assertion !== undefined && authorization !== null) {
    throw malformed('send client_assertion or Authorization: Bearer, not both')
  }
  if (assertion !== undefined && type !== assertionType) {
    throw malformed(`client_assertion_type must be ${assertionType}`)
  }
  return assertion ?? bearerToken(authorization)
}

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1). */
export const bearerToken = (authorization: string | null): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1]
