import { LRUCache } from 'lru-cache'
import { BrokerError } from './broker-error.ts'
import type { TokenOfGeneration } from './issue-token.ts'

const minuteMs = 60_000

type Bucket = { left: number; at: number }

/**
 * Each caller may cause so many redemptions a minute on this instance (a token bucket that fills
 * evenly): no caller can wear out the partners' standing with Entra, or the vault, for the others.
 */
export const budgeted = (
  { perMinute, now }: { perMinute: number; now: () => number },
  next: TokenOfGeneration,
): TokenOfGeneration => {
  const buckets = new LRUCache<string, Bucket>({ max: 10_000 })
  return async (request) => {
    const at = now()
    const last = buckets.get(request.asker) ?? { left: perMinute, at }
    const left = Math.min(perMinute, last.left + ((at - last.at) * perMinute) / minuteMs)
    if (left < 1) throw overBudget(Math.ceil(((1 - left) * minuteMs) / perMinute / 1000))
    buckets.set(request.asker, { left: left - 1, at })
    return next(request)
  }
}

const overBudget = (waitSeconds: number) =>
  new BrokerError(
    'throttled',
    'this caller has used up its redemptions for now; cached tokens are still answered. Try again shortly',
    { reason: 'caller_budget', retryAfterSeconds: Math.max(1, waitSeconds) },
  )
