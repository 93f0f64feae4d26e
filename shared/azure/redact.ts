/** What must never be read in a log, should some library write it there. */
const secrets: readonly RegExp[] = [
  // JWTs and JWEs
  /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}/g,
  // links of invitations
  /(?<=\/onboard\/)[A-Za-z0-9_-]{20,}/g,
  // values by the name of their parameter or member
  /(?<=\b(?:client_secret|client_assertion|refresh_token|access_token|id_token|assertion|code_verifier|state|nonce|password|sig)["']?[=:]\s*["']?)[^&\s"',}]{8,}/gi,
  // authorization codes are long; `code` is also what our own errors are called by
  /(?<=\bcode["']?[=:]\s*["']?)(?![a-z_]+["'\s,}&]|[a-z_]+$)[^&\s"',}]{16,}/gi,
  /(?<=\bBearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  // anything as long and as random as our own secrets, but not a SHA-256 in hexadecimal
  /(?<![A-Za-z0-9_-])(?![0-9a-f]{64}(?![A-Za-z0-9_-]))(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{43,}/g,
]

/** A log message with everything in it that looks like a secret replaced. */
export const redact = (message: string): string =>
  secrets.reduce((text, pattern) => text.replace(pattern, '[redacted]'), message)
