import type { LocalAnswer } from '../kit/part.ts'
import { isMultiTenant } from './accounts.ts'
import { issuerOf, type Entra } from './context.ts'

/** `GET /{tenant}/v2.0/.well-known/openid-configuration`. */
export const openidConfiguration = (entra: Entra, authority: string): LocalAnswer => {
  const base = `${entra.address}/${authority}`
  return {
    status: 200,
    body: {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: [
        'client_secret_post',
        'private_key_jwt',
        'client_secret_basic',
      ],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: issuerTemplate(entra, authority),
      request_uri_parameter_supported: false,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      claims_supported: claims,
      tenant_region_scope: 'EU',
      cloud_instance_name: 'microsoftonline.com',
      msgraph_host: 'graph.microsoft.com',
    },
  }
}

/** `GET /{tenant}/discovery/v2.0/keys`. */
export const publishedKeys = (entra: Entra, authority: string): LocalAnswer => ({
  status: 200,
  body: {
    keys: entra.keys.jwks().keys.map((key) => ({
      ...key,
      issuer: issuerTemplate(entra, authority),
    })),
  },
})

/** `GET /common/discovery/instance`: this host is the only one of its cloud. */
export const instanceDiscovery = (entra: Entra, authorizationEndpoint: string | null) => {
  const { host } = new URL(entra.address)
  const path = pathOf(authorizationEndpoint)
  const authority = path.split('/')[1] || 'common'
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${entra.address}/${authority}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  }
}

const pathOf = (address: string | null): string =>
  address && URL.canParse(address) ? new URL(address).pathname : '/'

// The issuer of a multi-tenant authority is a template, as with the real one.
const issuerTemplate = (entra: Entra, authority: string): string =>
  issuerOf(entra, isMultiTenant(authority) ? '{tenantid}' : authority)

const claims = 'sub iss aud exp iat nonce preferred_username name tid ver oid wids idp'.split(' ')
