import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import { LRUCache } from 'lru-cache'

/** The signing keys that a tenant publishes; fetched at first use and kept by jose's own rules. */
export type TenantKeys = (tenant: string) => JWTVerifyGetKey

/** The keys of many tenants under one authority host, bounded in number. */
export const tenantKeys = (authorityHost: string): TenantKeys => {
  const sets = new LRUCache<string, JWTVerifyGetKey>({ max: 1000 })
  return (tenant) => {
    const known = sets.get(tenant)
    if (known) return known
    const made = createRemoteJWKSet(new URL(`${authorityHost}/${tenant}/discovery/v2.0/keys`))
    sets.set(tenant, made)
    return made
  }
}
