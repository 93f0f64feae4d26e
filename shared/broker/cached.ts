import { LRUCache } from 'lru-cache'
import type { AccessToken, TokenOfGeneration, TokenTarget } from './issue-token.ts'

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

/** A cached token is handed out as long as it lives this much longer. */
export const minimumLifeMs = 5 * 60_000

export const isUsable = (token: AccessToken, now: number): boolean =>
  token.expiresAt - now >= minimumLifeMs

/** Application and cloud that every token of this process belongs to. */
export type TokenOrigin = { app: string; authorityHost: string }

/** Holds every dimension that changes the answer; the parts cannot contain the separator. */
export const tokenKey = (
  { app, authorityHost }: TokenOrigin,
  { partner, customer, audience, scopes, generation }: TokenTarget & { generation: number },
): string =>
  JSON.stringify([app, authorityHost, partner, customer ?? '', audience, scopes, generation])

/** Answers from memory while the token is usable. */
export const cached =
  (
    { cache, origin, now }: { cache: TokenCache; origin: TokenOrigin; now: () => number },
    next: TokenOfGeneration,
  ): TokenOfGeneration =>
  async (request) => {
    const kept = cache.get(tokenKey(origin, request))
    if (kept && isUsable(kept, now())) return kept
    const token = await next(request)
    // A renewal may have come meanwhile: kept under the generation that it is of.
    const key = tokenKey(origin, { ...request, generation: token.generation })
    if (isUsable(token, now())) cache.set(key, token)
    return token
  }
