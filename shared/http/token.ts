import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { asBrokerError, BrokerError } from '../broker/broker-error.ts'
import type { AuthenticateCaller, Caller } from '../broker/caller.ts'
import type { IssuedToken, IssueToken } from '../broker/issue-token.ts'
import { refreshInSeconds } from '../broker/token-life.ts'
import { addressOf } from './address.ts'
import { answerHeaders, correlate, type Correlation } from './correlation.ts'
import { readForm } from './form.ts'
import { tokenError, type ErrorLinks } from './token-error.ts'
import { parseTokenRequest, type TokenForm } from './token-request.ts'

export type TokenEndpoint = {
  authenticate: AuthenticateCaller
  issueToken: IssueToken
  /** How many proxies before us append to X-Forwarded-For. */
  trustedProxies: number
  links: ErrorLinks
  now: () => number
  /** Called with each refusal before a caller is known; those after are on record. */
  onRefused: (error: BrokerError, correlation: Correlation) => void
}

/** `POST /{authority}/oauth2/v2.0/token` (RFC 6749 section 4.4): form, then caller, then the rest. */
export const answerToken = async (
  endpoint: TokenEndpoint,
  request: HttpRequest,
): Promise<HttpResponseInit> => {
  let correlation = correlateRequest(request)
  let isOnRecord = false
  try {
    const form = await readForm(request)
    correlation = correlateRequest(request, form, correlation)
    const asked = parseTokenRequest(request, form)
    const caller = await authenticate(endpoint, asked)
    isOnRecord = true
    const issued = await endpoint.issueToken({
      ...wantedOf(asked),
      ...addressOf(request, endpoint.trustedProxies),
      caller,
      correlationId: correlation.correlationId,
    })
    return tokenAnswer(issued, endpoint.now(), correlation)
  } catch (thrown) {
    const error = asBrokerError(thrown)
    if (!isOnRecord) endpoint.onRefused(error, correlation)
    return tokenError(error, endpoint.links, correlation)
  }
}

const idName = 'client-request-id'

// MSAL sends its id in the query, other SDKs as a header; ours stays the same throughout.
const correlateRequest = (
  request: HttpRequest,
  form?: URLSearchParams,
  before?: Correlation,
): Correlation => ({
  ...correlate([request.headers.get(idName), request.query.get(idName), form?.get(idName) ?? null]),
  ...(before && { correlationId: before.correlationId }),
})

const wantedOf = ({ clientId: _clientId, callerToken: _callerToken, ...wanted }: TokenForm) =>
  wanted

const authenticate = async (
  endpoint: TokenEndpoint,
  { callerToken, clientId }: TokenForm,
): Promise<Caller> => {
  if (callerToken === undefined) {
    throw unauthenticated(
      "the request proves no caller; send the caller's Entra token as client_assertion or bearer token",
      'caller_token_absent',
    )
  }
  const caller = await endpoint.authenticate(callerToken)
  if (clientId !== undefined && clientId !== caller.clientId) {
    throw unauthenticated("client_id is not the application of the caller's token", 'client_id')
  }
  return caller
}

const unauthenticated = (message: string, reason: string) =>
  new BrokerError('caller_unauthenticated', message, { reason })

const tokenAnswer = (
  { accessToken, expiresAt, scope, warning }: IssuedToken,
  now: number,
  correlation: Correlation,
): HttpResponseInit => {
  const expiresIn = Math.max(0, Math.floor((expiresAt - now) / 1000))
  return {
    status: 200,
    headers: answerHeaders(correlation),
    jsonBody: {
      token_type: 'Bearer',
      expires_in: expiresIn,
      ext_expires_in: expiresIn,
      refresh_in: refreshInSeconds(expiresIn),
      access_token: accessToken,
      scope,
      ...(warning !== undefined && { warning }),
    },
  }
}
