/**
 * Options of every Key Vault client. The SDK checks that a challenge names the vault's own domain,
 * which a vault on this machine cannot have: the check is off exactly for `localhost`.
 * One SDK retry: retries of the SDK and of callers would multiply.
 */
export const vaultOptions = (vaultUrl: string) => ({
  disableChallengeResourceVerification: new URL(vaultUrl).hostname === 'localhost',
  retryOptions: { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1000 },
})

/** Time for one call: the first one of a client also fetches a token. */
export const vaultTimeoutMs = 10_000
