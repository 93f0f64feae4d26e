export type RetrySchedule = {
  /** What is waited after the first failed attempt, after the second, and so on. */
  delaysMs: readonly number[]
  /** From 0 up to but not including 1. */
  random: () => number
}

/** What is waited after each failed attempt, unless the operator says otherwise: about 16 hours in all. */
export const defaultRetrySeconds: readonly number[] = [
  30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800,
]

// Events that failed together must not all come back in one moment.
const jitter = 0.1
// A receiver may ask for more time than the schedule gives, but not for days.
const longestRetryAfterMs = 8 * 3600_000
// The queue refuses to put a message off for longer.
const longestDelayMs = 7 * 24 * 3600_000

/** The wait after a failed attempt (from 1); undefined when it was the last. */
export const retryDelayMs = (
  { delaysMs, random }: RetrySchedule,
  attempt: number,
  { retryAfterMs = 0 }: { retryAfterMs?: number } = {},
): number | undefined => {
  const delayMs = delaysMs[attempt - 1]
  if (delayMs === undefined) return undefined
  const spread = Math.round(delayMs * (1 + jitter * random()))
  return Math.min(longestDelayMs, Math.max(spread, Math.min(retryAfterMs, longestRetryAfterMs)))
}
