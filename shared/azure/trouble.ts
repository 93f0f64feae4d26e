import { BrokerError } from '../broker/broker-error.ts'
import { parseRetryAfter } from './retry-after.ts'

/** A failure that may pass by itself: the only kind that is retried and that opens a breaker. */
export type Trouble = {
  kind: 'throttled' | 'unavailable'
  /** As the dependency said it. */
  retryAfterMs?: number
}

/** The HTTP status of an SDK's error; undefined when there was no answer. */
export const statusOf = (thrown: unknown): number | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  const status = 'statusCode' in thrown ? thrown.statusCode : undefined
  return typeof status === 'number' ? status : undefined
}

/**
 * What passes by itself in what was thrown: throttling (429), a server's failure (5xx, 408), no answer.
 * Undefined for answers that mean something and for faults of our own.
 */
export const troubleOf = (thrown: unknown): Trouble | undefined => {
  if (thrown instanceof BrokerError) return undefined
  const status = statusOf(thrown)
  if (status === undefined) return isOurFault(thrown) ? undefined : { kind: 'unavailable' }
  if (status === 429) return { kind: 'throttled', ...retryAfterOf(thrown) }
  return isServerFailure(status) ? { kind: 'unavailable', ...retryAfterOf(thrown) } : undefined
}

/** An error in the shape of the SDKs' own, for doors that use `fetch`. */
export const httpFailure = (response: Response): Error =>
  Object.assign(new Error('the dependency refused'), { statusCode: response.status, response })

const isServerFailure = (status: number): boolean =>
  status === 408 || (status >= 500 && status !== 501 && status !== 505)

// An answer that does not parse will not parse the next time either; of TypeErrors only those that
// carry a cause come from the network.
const isOurFault = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  (thrown.name === 'ZodError' || (thrown instanceof TypeError && thrown.cause === undefined))

const retryAfterOf = (thrown: unknown): Pick<Trouble, 'retryAfterMs'> => {
  const millis = ['retry-after-ms', 'x-ms-retry-after-ms']
    .map((name) => Number(headerOf(thrown, name) ?? Number.NaN))
    .find((value) => Number.isFinite(value))
  if (millis !== undefined) return { retryAfterMs: Math.max(0, millis) }
  const seconds = parseRetryAfter(headerOf(thrown, 'retry-after'))
  return seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }
}

const headerOf = (thrown: unknown, name: string): string | undefined => {
  const headers: unknown = memberOf(memberOf(thrown, 'response'), 'headers')
  if (typeof headers !== 'object' || headers === null) return undefined
  if (!('get' in headers) || typeof headers.get !== 'function') return undefined
  const value: unknown = headers.get(name)
  return typeof value === 'string' ? value : undefined
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
