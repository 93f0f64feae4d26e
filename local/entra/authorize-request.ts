import { EntraError, missing } from './aadsts.ts'
import { findClient, mayRedirectTo, type Client } from './clients.ts'
import type { Entra } from './context.ts'
import { parseScope, type RequestedScope } from './resources.ts'

/** Where the answer goes; trusted only once the client and its redirect URI have been checked. */
export type ReturnAddress = {
  redirectUri: string
  mode: 'query' | 'form_post' | 'fragment'
  state: string | null
}

/** The proven return address; what it throws must be shown as a page, never sent anywhere. */
export const returnAddress = (
  entra: Entra,
  parameters: URLSearchParams,
  authority: string,
): ReturnAddress & { client: Client } => {
  const clientId = parameters.get('client_id')
  if (!clientId) throw missing('client_id')
  const client = findClient(entra.directory, clientId, authority)
  const redirectUri = parameters.get('redirect_uri')
  if (!redirectUri) throw new EntraError(900971, 'No reply address provided.')
  if (!mayRedirectTo(client, redirectUri)) {
    throw new EntraError(
      50011,
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${client.clientId}'.`,
    )
  }
  return { client, redirectUri, mode: responseMode(parameters), state: parameters.get('state') }
}

const responseMode = (parameters: URLSearchParams): ReturnAddress['mode'] => {
  const mode = parameters.get('response_mode') ?? 'query'
  if (mode === 'query' || mode === 'form_post' || mode === 'fragment') return mode
  throw new EntraError(
    70007,
    `'${mode}' is not a supported value of 'response_mode' when requesting a token.`,
  )
}

/** Checks the rest of an authorize request; what it throws goes back to the redirect URI. */
export const checkAuthorizeRequest = (
  entra: Entra,
  parameters: URLSearchParams,
): RequestedScope => {
  checkResponseType(parameters.get('response_type'))
  for (const name of ['resource', 'amr_values']) {
    if (parameters.has(name)) {
      throw new EntraError(901002, `The '${name}' request parameter isn't supported.`)
    }
  }
  checkPrompt(parameters.get('prompt'))
  checkChallenge(parameters)
  const scope = parameters.get('scope')
  if (!scope) throw missing('scope')
  return checkStaticScope(parseScope(entra.directory, scope), scope)
}

const checkResponseType = (type: string | null): void => {
  if (!type) throw missing('response_type')
  if (type === 'code') return
  throw new EntraError(
    70005,
    `The app returned an unsupported response type '${type}'; only 'code' is supported here.`,
  )
}

const checkPrompt = (prompt: string | null): void => {
  if (prompt === 'none') {
    throw new EntraError(50058, 'A silent sign-in request was sent but no user is signed in.')
  }
  if (prompt === null || ['login', 'consent', 'select_account'].includes(prompt)) return
  throw new EntraError(901001, `The prompt request parameter value '${prompt}' is invalid.`)
}

const checkChallenge = (parameters: URLSearchParams): void => {
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (challenge === null && method === null) return
  if (method !== 'S256') throw new EntraError(50149, 'Invalid Code_Challenge_method parameter.')
  if (/^[A-Za-z0-9_-]{43}$/.test(challenge ?? '')) return
  throw new EntraError(501491, 'Invalid size of Code_Challenge parameter.')
}

// `.default` of two resources, or beside single permissions, is refused by the real Entra too.
const checkStaticScope = (scope: RequestedScope, text: string): RequestedScope => {
  const names = scope.resources.flatMap((one) => one.names)
  if (!names.includes('.default') || names.length === 1) return scope
  throw new EntraError(
    70011,
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${text} is not valid. static scope limit exceeded.`,
  )
}
