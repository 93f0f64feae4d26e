// A name may stand in a query, a form, JSON, JSON within JSON, or any of them percent-encoded.
const start = String.raw`(?:\b|(?<=%[0-9a-f]{2}))`
const quote = String.raw`(?:\\*["']|%22)?`
const separator = String.raw`${quote}\s{0,4}(?:[=:]|%3[ad])\s{0,4}${quote}`
const value = String.raw`[^&\s"'\\,}]{8,}`
// `code` and `state` are also what our own errors and rows are called by: words alone are shown.
const words = String.raw`[a-z_]{8,42}(?:[&\s"'\\,}]|$)`

const credentials = [
  'client_secret client_assertion assertion refresh_token access_token id_token',
  'code_verifier nonce password sig',
]
  .flatMap((names) => names.split(' '))
  .join('|')

/** What must never be read in a log, should some library write it there; `$1` is kept. */
const secrets: readonly RegExp[] = [
  // JWTs and JWEs
  /((?<![A-Za-z0-9_-])|(?<=%[0-9A-Fa-f]{2}))eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}/g,
  // links of invitations
  /(\/onboard\/)[A-Za-z0-9_-]{20,}/g,
  // what signs events
  /(\bwhsec_)[A-Za-z0-9+/=]{8,}/g,
  // values by the name of their parameter or member
  new RegExp(`(${start}(?:${credentials})${separator})${value}`, 'gi'),
  new RegExp(`(${start}(?:code|state)${separator})(?!${words})${value}`, 'gi'),
  /(\bBearer\s{1,4})[A-Za-z0-9._~+/=-]{8,}/gi,
  // anything as long and as random as our own secrets; a SHA-256 in hexadecimal has no capitals
  /((?<![A-Za-z0-9_-]))(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{43,}/g,
]

/** A log message with everything in it that looks like a secret replaced. */
export const redact = (message: string): string =>
  secrets.reduce((text, pattern) => text.replace(pattern, '$1[redacted]'), message)
