import { openTokenEndpoint, type AskEntra } from './token-endpoint.ts'

// MSAL adds `offline_access` to whatever it is told to ask for, and has no switch for that.
const identityScope = 'openid profile'

/** The address of a sign-in that asks for no lasting access. */
export const askingWhoOnly = (address: string): string => {
  const asking = new URL(address)
  asking.searchParams.set('scope', identityScope)
  // Spaces as %20, as MSAL writes them.
  asking.search = asking.search.replaceAll('+', '%20')
  return asking.href
}

/** The token endpoint for such a sign-in's code: Entra gives no refresh token. */
export const whoOnly =
  (ask: AskEntra = openTokenEndpoint()): AskEntra =>
  (request) => {
    const { body } = request.init
    const form = new URLSearchParams(typeof body === 'string' ? body : '')
    form.set('scope', identityScope)
    return ask({ ...request, init: { ...request.init, body: form.toString() } })
  }
