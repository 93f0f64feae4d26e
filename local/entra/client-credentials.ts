import type { LocalAnswer } from '../kit/part.ts'
import { EntraError, missing } from './aadsts.ts'
import { isMultiTenant, stableGuid } from './accounts.ts'
import type { Entra } from './context.ts'
import { changedClaims } from './next-answers.ts'
import { parseScope } from './resources.ts'
import { appAccessClaims, randomLifetime } from './token-claims.ts'
import type { TokenRequest } from './token-request.ts'

/** `grant_type=client_credentials`: an application's own token, of the v2.0 form. */
export const clientCredentials = async (
  entra: Entra,
  { request, authority: tenant, asker }: TokenRequest,
): Promise<LocalAnswer> => {
  if (isMultiTenant(tenant)) {
    throw new EntraError(
      9001023,
      'The grant type is not supported over the /common or /organizations endpoints. Please use a tenant-specific endpoint.',
    )
  }
  const resource = onlyResource(entra, request.form.get('scope'))
  const { clientId, roles } = asker.client
  const next = entra.next.take('client_credentials', tenant)
  const lifetimeSeconds = next?.expiresIn ?? randomLifetime()
  const isBroker = resource.name === entra.directory.brokerApi.audience
  const app = {
    clientId,
    tenant,
    objectId: stableGuid(clientId, tenant),
    proof: asker.proof,
    roles: isBroker ? roles : [],
  }
  const claims = appAccessClaims(entra, app, { audience: resource.audience, lifetimeSeconds })
  return {
    status: 200,
    headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' },
    body: {
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: await entra.keys.sign(changedClaims(claims, next?.accessTokenClaims)),
    },
  }
}

const onlyResource = (entra: Entra, scope: string | null) => {
  if (!scope) throw missing('scope')
  const { resources } = parseScope(entra.directory, scope)
  const [first] = resources
  if (resources.length > 1) {
    throw new EntraError(
      28000,
      `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
    )
  }
  if (!first || first.names.some((name) => name !== '.default')) {
    throw new EntraError(
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    )
  }
  return first.resource
}
