import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { asBrokerError } from '../broker/broker-error.ts'
import { formatAuthority } from '../broker/authority.ts'
import { answerHeaders, correlate } from './correlation.ts'
import { tokenError, type ErrorLinks } from './token-error.ts'
import { readAuthority } from './token-request.ts'

/**
 * The discovery document of one authority (OpenID Connect Discovery 1.0): answered for every
 * well-formed one, without a look-up, so that it tells nothing of who has consented.
 */
export const openidConfiguration = (
  { brokerUrl, links }: { brokerUrl: string; links: ErrorLinks },
  request: HttpRequest,
): HttpResponseInit => {
  const correlation = correlate([
    request.headers.get('client-request-id'),
    request.query.get('client-request-id'),
  ])
  try {
    const base = `${brokerUrl}/${formatAuthority(readAuthority(request))}`
    return {
      status: 200,
      headers: answerHeaders(correlation),
      jsonBody: documentOf(base),
    }
  } catch (thrown) {
    return tokenError(asBrokerError(thrown), links, correlation)
  }
}

// SDKs insist on members that the broker has no use for; those endpoints answer 404.
const documentOf = (base: string) => ({
  issuer: `${base}/v2.0`,
  token_endpoint: `${base}/oauth2/v2.0/token`,
  authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
  jwks_uri: `${base}/discovery/v2.0/keys`,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  grant_types_supported: ['client_credentials'],
  response_types_supported: ['token'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
})
