/** Retry-After as whole seconds, from either of its forms (RFC 9110 section 10.2.3). */
export const parseRetryAfter = (text: string | null | undefined): number | undefined => {
  if (text === null || text === undefined || text === '') return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined
}

// SDKs of callers refuse all calls of their process for as long as they are told: never long.
const longestSeconds = 30
const defaultSeconds = 5

/** The Retry-After that a caller gets for what a dependency said, if it said anything. */
export const tellRetryAfter = (seconds = defaultSeconds): number =>
  Math.min(longestSeconds, Math.max(1, Math.ceil(seconds)))
