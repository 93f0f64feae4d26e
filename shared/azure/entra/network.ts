import { AsyncLocalStorage } from 'node:async_hooks'
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node'
import type { EntraFailure } from '../../broker/redeem.ts'
import type { Seen } from './token-answer.ts'
import type { AskEntra } from './token-endpoint.ts'

/** What one exchange with the token endpoint showed, beyond what MSAL gives back. */
export type Exchange = Seen & { failure?: EntraFailure }

export type Observed<T> = { exchange: Exchange; result?: T }

const exchanges = new AsyncLocalStorage<{ partner: string; exchange: Exchange }>()

/**
 * Runs one MSAL call about a partner's consent and gives what the network saw meanwhile; a failure is
 * a value in `exchange`.
 */
export const observed = async <T>(
  partner: string,
  call: () => Promise<T>,
): Promise<Observed<T>> => {
  const exchange: Exchange = {}
  try {
    return { exchange, result: await exchanges.run({ partner, exchange }, call) }
  } catch (thrown) {
    // MSAL refuses some ID tokens by itself: the caller verifies them all and says why.
    if (exchange.failure || exchange.idToken !== undefined) return { exchange }
    throw thrown
  }
}

/**
 * MSAL's network: with a time-out, the real status and Retry-After, and any body. It throws on every
 * answer but 200 before MSAL sees it: MSAL would refuse other partners on the same tenant and scope
 * for up to an hour after one 429 or 5xx.
 */
export const networkModule = (ask: AskEntra): INetworkModule => ({
  sendGetRequestAsync: <T>(url: string, options?: NetworkRequestOptions) =>
    send<T>(ask, url, { method: 'GET', ...headersOf(options) }),
  sendPostRequestAsync: <T>(url: string, options?: NetworkRequestOptions) =>
    send<T>(ask, url, { method: 'POST', ...headersOf(options), body: options?.body ?? '' }),
})

const headersOf = (options?: NetworkRequestOptions) => ({ headers: options?.headers ?? {} })

const send = async <T>(
  ask: AskEntra,
  url: string,
  init: RequestInit & { body?: string },
): Promise<NetworkResponse<T>> => {
  const { partner = '', exchange } = exchanges.getStore() ?? {}
  const isRepeatable = new URLSearchParams(init.body).get('grant_type') === 'refresh_token'
  const answer = await ask({ url, init, partner, isRepeatable })
  if (answer.failure) {
    if (exchange) exchange.failure = answer.failure
    throw new Error(`entra answered ${answer.failure.status}`)
  }
  if (exchange) Object.assign(exchange, answer.seen)
  return { headers: answer.headers, status: 200, body: JSON.parse(answer.text) }
}
