/**
 * Options of every Key Vault client. The SDK checks that a challenge names the vault's own domain,
 * which a vault on this machine cannot have: the check is off exactly for `localhost`.
 * No SDK retries: the door retries, also a 429 without Retry-After, which the SDK would not.
 */
export const vaultOptions = (vaultUrl: string) => ({
  disableChallengeResourceVerification: new URL(vaultUrl).hostname === 'localhost',
  retryOptions: { maxRetries: 0 },
})

/** Time for one try: the first one of a client also fetches a token. */
export const vaultTimeoutMs = 5_000
