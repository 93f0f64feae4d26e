import { AsyncLocalStorage } from 'node:async_hooks'
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node'
import type { EntraFailure, HomeAccount } from '../../broker/redeem.ts'
import { readAnswer } from './token-answer.ts'

/** What one exchange with the token endpoint showed, beyond what MSAL gives back. */
export type Exchange = {
  failure?: EntraFailure
  refreshToken?: string
  account?: HomeAccount
  scope?: string
  idToken?: string
}

const exchanges = new AsyncLocalStorage<Exchange>()
const timeoutMs = 10_000

/** Runs one MSAL call and gives what the network saw meanwhile; a failure is a value in `exchange`. */
export const observed = async <T>(
  call: () => Promise<T>,
): Promise<{ exchange: Exchange; result?: T }> => {
  const exchange: Exchange = {}
  try {
    return { exchange, result: await exchanges.run(exchange, call) }
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
export const networkModule: INetworkModule = {
  sendGetRequestAsync: <T>(url: string, options?: NetworkRequestOptions) =>
    send<T>(url, { method: 'GET', ...headersOf(options) }),
  sendPostRequestAsync: <T>(url: string, options?: NetworkRequestOptions) =>
    send<T>(url, { method: 'POST', ...headersOf(options), body: options?.body ?? '' }),
}

const headersOf = (options?: NetworkRequestOptions) => ({ headers: options?.headers ?? {} })

const send = async <T>(url: string, init: RequestInit): Promise<NetworkResponse<T>> => {
  const answer = await readAnswer(url, init, timeoutMs)
  const exchange = exchanges.getStore()
  if (answer.failure) {
    if (exchange) exchange.failure = answer.failure
    throw new Error(`entra answered ${answer.failure.status}`)
  }
  if (exchange) Object.assign(exchange, answer.seen)
  return { headers: answer.headers, status: 200, body: JSON.parse(answer.text) }
}
