import { BrokerError } from '../broker/broker-error.ts'
import { tellRetryAfter } from './retry-after.ts'
import { inTime, timeLeftMs } from './time-budget.ts'
import { statusOf, troubleOf } from './trouble.ts'

/** What the broker depends on; each door names itself, so that a code says where it came from. */
export type Dependency =
  'entra' | 'entra_keys' | 'identity' | 'vault' | 'tables' | 'queue' | 'partner_center' | 'broker'

/**
 * Runs one call to a dependency within `timeoutMs` and the request's budget. SDK errors carry URLs
 * and bodies, so only a code leaves: `throttled` for 429, `upstream_unavailable` for all else.
 */
export const atDoor = async <T>(
  dependency: Dependency,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const left = timeLeftMs()
  if (left <= 0) throw unavailable(dependency, 'out_of_time')
  try {
    return await inTime(Math.min(timeoutMs, left), call)
  } catch (thrown) {
    throw sanitized(dependency, thrown)
  }
}

/** What leaves a door of anything thrown behind it. */
export const sanitized = (dependency: Dependency, thrown: unknown): BrokerError => {
  if (thrown instanceof BrokerError) return thrown
  const status = statusOf(thrown)
  const wait = troubleOf(thrown)?.retryAfterMs
  const seconds = wait === undefined ? undefined : wait / 1000
  return status === 429
    ? new BrokerError('throttled', `${labels[dependency]} is throttling. Try again shortly`, {
        reason: `${dependency}_429`,
        retryAfterSeconds: tellRetryAfter(seconds),
        ...(seconds !== undefined && { askedSeconds: seconds }),
      })
    : unavailable(dependency, String(status ?? nameOf(thrown)), seconds)
}

/** The dependency cannot be asked, or did not answer as it should. */
export const unavailable = (dependency: Dependency, reason: string, seconds?: number) =>
  new BrokerError(
    'upstream_unavailable',
    `${labels[dependency]} did not answer as it should. Try again shortly`,
    { reason: `${dependency}_${reason}`, retryAfterSeconds: tellRetryAfter(seconds) },
  )

const nameOf = (thrown: unknown): string =>
  thrown instanceof Error && /^[A-Za-z]{1,40}$/.test(thrown.name) ? thrown.name : 'failed'

const labels: Record<Dependency, string> = {
  entra: 'Microsoft Entra',
  entra_keys: 'Microsoft Entra',
  identity: 'the managed identity',
  vault: 'Key Vault',
  tables: 'Table storage',
  queue: 'Queue storage',
  partner_center: 'Partner Center',
  broker: 'the broker',
}
