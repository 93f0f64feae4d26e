import { LRUCache } from 'lru-cache'
import { BrokerError } from './broker-error.ts'
import type { AccessToken, ObtainRequest, ObtainToken } from './issue-token.ts'

const rememberedMs = 60_000

/**
 * Holds the promise of `min_lifetime`: a token that lives long enough, or an honest refusal, which is
 * remembered for a minute so that asking again costs no redemption.
 */
export const longLived = (now: () => number, next: ObtainToken): ObtainToken => {
  const refused = new LRUCache<string, { until: number; expiresAt: number }>({ max: 10_000 })
  return async (request) => {
    const { minLifeMs } = request
    if (minLifeMs === undefined) return next(request)
    const key = keyOf(request)
    const known = refused.get(key)
    if (known && now() < known.until) requireLife(known, minLifeMs, now())
    const token = await next(request)
    const { expiresAt } = token
    if (expiresAt - now() < minLifeMs) refused.set(key, { until: now() + rememberedMs, expiresAt })
    requireLife(token, minLifeMs, now())
    return token
  }
}

// By the end of the newest token, not by the life that it had: who asks for just that life a moment
// later would cause a redemption each time.
const requireLife = (
  { expiresAt }: Pick<AccessToken, 'expiresAt'>,
  minLifeMs: number,
  now: number,
): void => {
  if (expiresAt - now < minLifeMs) throw unavailable(expiresAt - now)
}

const keyOf = ({ partner, customer, audience, scopes }: ObtainRequest) =>
  JSON.stringify([partner, customer ?? '', audience, scopes])

const unavailable = (lifeMs: number) =>
  new BrokerError(
    'lifetime_unavailable',
    `no token that lives as long as min_lifetime can be had now; the newest lives ${Math.max(0, Math.floor(lifeMs / 1000))} seconds. The caller must ask for less or work in shorter steps`,
    { reason: 'min_lifetime' },
  )
