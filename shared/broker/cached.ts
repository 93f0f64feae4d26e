import { LRUCache } from 'lru-cache'
import { asBrokerError } from './broker-error.ts'
import type { AccessToken, GenerationRequest, TokenOfGeneration } from './issue-token.ts'
import { isUsable, mustRefresh, shouldRefresh } from './token-life.ts'
import { tokenKey, type TokenOrigin } from './token-key.ts'

export type TokenCache = LRUCache<string, AccessToken>

const maxBytes = 64 * 1024 * 1024
// What an entry costs beside its text.
const entryBytes = 1000

/** Access tokens of this instance, bounded by memory. */
export const tokenCache = (): TokenCache =>
  new LRUCache({
    maxSize: maxBytes,
    sizeCalculation: ({ accessToken, scope }) =>
      entryBytes + 2 * (accessToken.length + scope.length),
  })

type Caching = {
  cache: TokenCache
  origin: TokenOrigin
  now: () => number
  /** Told whether a kept token could answer. */
  onLookup?: (isHit: boolean) => void
}

// While refreshing fails, one attempt in this time is enough: the older token is still good.
const pauseAfterFailureMs = 30_000

/**
 * Answers from memory while the token is usable, and renews it ahead of its end. When renewing fails
 * for a passing reason, the older token goes out with a warning as long as it is usable.
 */
export const cached = (
  { cache, origin, now, onLookup = () => {} }: Caching,
  next: TokenOfGeneration,
): TokenOfGeneration => {
  const failedAt = new LRUCache<string, number>({ max: 10_000 })

  const refreshed = async (request: GenerationRequest): Promise<AccessToken> => {
    const token = await next(request)
    // A renewal may have come meanwhile: kept under the generation that it is of.
    const key = tokenKey(origin, { ...request, generation: token.generation })
    if (isUsable(token, now())) cache.set(key, token)
    return token
  }
  const isPausing = (key: string): boolean =>
    now() - (failedAt.get(key) ?? -Infinity) < pauseAfterFailureMs

  return async (request) => {
    const key = tokenKey(origin, request)
    const kept = cache.get(key)
    const isHit = kept !== undefined && !mustRefresh(kept, request, now())
    onLookup(isHit)
    if (!isHit) return refreshed(request)
    if (!shouldRefresh(kept, now())) return kept
    if (isPausing(key)) return warned(kept)
    try {
      return await refreshed(request)
    } catch (thrown) {
      if (!isPassing(thrown) || mustRefresh(kept, request, now())) throw thrown
      failedAt.set(key, now())
      return warned(kept)
    }
  }
}

const warned = (token: AccessToken): AccessToken => ({
  ...token,
  warning: 'refreshing this token failed for now; it is an older one that is still valid',
})

const isPassing = (thrown: unknown): boolean =>
  ['throttled', 'upstream_unavailable'].includes(asBrokerError(thrown).code)
