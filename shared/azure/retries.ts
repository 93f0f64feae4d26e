import { DelegateBackoff, handleWhenResult, retry } from 'cockatiel'
import type { Tried } from './circuit.ts'
import { timeLeftMs } from './time-budget.ts'
import type { Trouble } from './trouble.ts'

// Longer waits are the caller's: it is told, and its own time does not run out here.
const longestWaitMs = 2_000
const firstWaitMs = { unavailable: 200, throttled: 1_000 }
// A retry that has less than this left of the budget could hardly finish.
const leastMs = 500

/**
 * How long to wait before a retry: what the dependency said, else anything up to a doubling limit
 * (full jitter). Undefined: no retry, since it is told to wait longer or could not finish in time.
 */
export const waitBefore = (
  { kind, retryAfterMs }: Trouble,
  retries: number,
  random = Math.random(),
): number | undefined => {
  if (retryAfterMs !== undefined && retryAfterMs > longestWaitMs) return undefined
  const wait = retryAfterMs ?? random * Math.min(longestWaitMs, firstWaitMs[kind] * 2 ** retries)
  return wait + leastMs > timeLeftMs() ? undefined : wait
}

type Waiting<T> = Tried<T> & { waitMs?: number }

/** Tries again while the trouble may pass and the budget allows, at most `times` times. */
export const retrying = async <T>(
  times: number,
  attempt: () => Promise<Tried<T>>,
): Promise<Tried<T>> => {
  const policy = retry(
    handleWhenResult((tried) => waitOf(tried) !== undefined),
    {
      maxAttempts: times,
      backoff: new DelegateBackoff(
        ({ result }) => waitOf('value' in result ? result.value : 0) ?? 0,
      ),
    },
  )
  return policy.execute(async ({ attempt: retries }): Promise<Waiting<T>> => {
    const tried = await attempt()
    const waitMs = tried.trouble && waitBefore(tried.trouble, retries)
    return { ...tried, ...(waitMs !== undefined && { waitMs }) }
  })
}

const waitOf = (tried: unknown): number | undefined => {
  const waitMs: unknown = Object(tried).waitMs
  return typeof waitMs === 'number' ? waitMs : undefined
}
