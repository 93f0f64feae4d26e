import {
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose'
import { LRUCache } from 'lru-cache'
import type { Circuit } from '../circuit.ts'
import { guardedDoor } from '../guarded-door.ts'
import { httpFailure, troubleOf } from '../trouble.ts'

/** The signing keys that a tenant publishes; fetched at first use and kept by jose's own rules. */
export type TenantKeys = (tenant: string) => JWTVerifyGetKey

/** The keys of many tenants under one authority host, bounded in number. */
export const tenantKeys = (authorityHost: string, circuit?: Circuit): TenantKeys => {
  const options = { timeoutDuration: joseTimeoutMs, [customFetch]: guardedFetch(circuit) }
  const sets = new LRUCache<string, JWTVerifyGetKey>({ max: 1000 })
  return (tenant) => {
    const known = sets.get(tenant)
    if (known) return known
    const address = new URL(`${authorityHost}/${tenant}/discovery/v2.0/keys`)
    const made = createRemoteJWKSet(address, options)
    sets.set(tenant, made)
    return made
  }
}

const timeoutMs = 4_000
// Above what the door takes at most: the door's own time-out decides.
const joseTimeoutMs = 15_000

// Retries and breaker are here, around the network: most tokens are verified without it, and neither
// their success nor an outage of the token endpoint says anything about the keys' address.
const guardedFetch = (circuit?: Circuit): FetchImplementation => {
  const door = guardedDoor({ dependency: 'entra_keys', timeoutMs, circuit })
  return (url, init) =>
    door(async (signal) => {
      const response = await fetch(url, { ...init, signal })
      const failure = httpFailure(response)
      if (troubleOf(failure)) throw failure
      return response
    })
}
