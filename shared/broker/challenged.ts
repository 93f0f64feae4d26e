import { LRUCache } from 'lru-cache'
import { BrokerError } from './broker-error.ts'
import type { AccessToken, GenerationRequest, TokenOfGeneration } from './issue-token.ts'

type Relayed = { asked: string; at: number; answer: Promise<AccessToken> }

const pauseMs = 30_000

type Challenging = {
  now: () => number
  /** Forgets the cached token that the resource has refused. */
  forget: (request: GenerationRequest) => void
  /** Where requests without a challenge go, and where a challenge is redeemed. */
  ordinary: TokenOfGeneration
  redeem: TokenOfGeneration
}

/**
 * A claims challenge goes past the cache to Entra, at most once in 30 seconds for each caller,
 * partner and audience: the same challenge then gets the same answer, another one is throttled.
 */
export const challenged = ({ now, forget, ordinary, redeem }: Challenging): TokenOfGeneration => {
  const relayed = new LRUCache<string, Relayed>({ max: 10_000 })
  return async (request) => {
    const { challenge } = request
    if (challenge === undefined) return ordinary(request)
    const key = relayKey(request)
    const asked = JSON.stringify([challenge, request.scopes])
    const last = relayed.get(key)
    if (last && now() - last.at < pauseMs) {
      if (last.asked !== asked) throw tooMany(last.at + pauseMs - now())
      return last.answer
    }
    const answer = redeem(request)
    relayed.set(key, { asked, at: now(), answer })
    const token = await answer
    forget(request)
    return token
  }
}

// Without the scopes, of which there are as many as a caller can think of.
const relayKey = ({ asker, partner, customer, audience, generation }: GenerationRequest) =>
  JSON.stringify([asker, partner, customer ?? '', audience, generation])

const tooMany = (waitMs: number) =>
  new BrokerError(
    'throttled',
    'another claims challenge of this caller was relayed moments ago. Try again shortly',
    { reason: 'challenge_budget', retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) },
  )
