import type { SecretClientOptions } from '@azure/keyvault-secrets'

type Policy = NonNullable<SecretClientOptions['additionalPolicies']>[number]['policy']

/**
 * Options of every Key Vault client. The SDK checks that a challenge names the vault's own domain,
 * which a vault on this machine cannot have: the check is off exactly for `localhost`.
 * No SDK retries: the door retries, also a 429 without Retry-After, which the SDK would not.
 */
export const vaultOptions = (vaultUrl: string) => ({
  disableChallengeResourceVerification: new URL(vaultUrl).hostname === 'localhost',
  retryOptions: { maxRetries: 0 },
  additionalPolicies: [{ position: 'perCall' as const, policy: errorBodyPolicy }],
})

// The SDK reads `error` of every refusal's body: of one without a body it throws a TypeError, and
// the status, which tells a throttle from an outage, is lost.
const errorBodyPolicy: Policy = {
  name: 'errorBodyPolicy',
  sendRequest: async (request, next) => {
    const response = await next(request)
    if (response.status >= 400 && !response.bodyAsText) response.bodyAsText = '{}'
    return response
  },
}

/** Time for one try: the first one of a client also fetches a token. */
export const vaultTimeoutMs = 5_000
