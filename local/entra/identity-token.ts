import type { ManagedIdentity } from '../directory.ts'
import { EntraError } from './aadsts.ts'
import { federationAudience } from './client-assertion.ts'
import { v1IssuerOf, type Entra } from './context.ts'
import { appAccessClaims, timeClaims } from './token-claims.ts'

export type IdentityToken = {
  accessToken: string
  /** Epoch seconds. */
  expiresOn: number
}

// The platform keeps tokens of managed identities for about a day.
const lifetimeSeconds = 24 * 3600

/** A managed identity's token for a resource; throws AADSTS500011 for one not known here. */
export const identityToken = async (
  entra: Entra,
  identity: ManagedIdentity,
  resource: string,
): Promise<IdentityToken> => {
  const claims = claimsFor(entra, identity, resource)
  return { accessToken: await entra.keys.sign(claims), expiresOn: claims.exp }
}

const claimsFor = (entra: Entra, identity: ManagedIdentity, resource: string) => {
  const { operatorTenant: tenant, brokerApi } = entra.directory
  const app = {
    clientId: identity.clientId,
    objectId: identity.principalId,
    tenant,
    proof: '2' as const,
  }
  if (resource === brokerApi.audience || resource === brokerApi.clientId) {
    const access = { audience: brokerApi.clientId, lifetimeSeconds }
    return appAccessClaims(entra, { ...app, roles: identity.roles }, access)
  }
  if (resource === federationAudience) {
    return appAccessClaims(entra, { ...app, roles: [] }, { audience: resource, lifetimeSeconds })
  }
  if (isAzureResource(resource)) return v1Claims(entra, identity, resource)
  throw new EntraError(500011, `The resource principal named ${resource} was not found.`)
}

// Readers of these tokens, Azurite among them, want the v1.0 form and `aud` exactly as asked for.
const v1Claims = (entra: Entra, identity: ManagedIdentity, resource: string) => ({
  ...timeClaims(entra, lifetimeSeconds),
  iss: v1IssuerOf(entra.directory.operatorTenant),
  aud: resource,
  ver: '1.0',
  tid: entra.directory.operatorTenant,
  oid: identity.principalId,
  sub: identity.principalId,
  appid: identity.clientId,
  appidacr: '2',
  idp: v1IssuerOf(entra.directory.operatorTenant),
  idtyp: 'app',
})

const isAzureResource = (resource: string): boolean =>
  URL.canParse(resource) &&
  /^(vault\.azure\.net|storage\.azure\.com|[a-z0-9.-]+\.core\.windows\.net)$/.test(
    new URL(resource).hostname,
  )
