import { BrokerError } from '../broker/broker-error.ts'

/** What the broker depends on; each door names itself, so that a code says where it came from. */
export type Dependency = 'entra' | 'vault' | 'tables' | 'queue' | 'partner_center' | 'broker'

/** The HTTP status of an SDK's error; undefined when there was no answer. */
export const statusOf = (thrown: unknown): number | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  const status = 'statusCode' in thrown ? thrown.statusCode : undefined
  return typeof status === 'number' ? status : undefined
}

/**
 * Runs one call to a dependency within `timeoutMs`. SDK errors carry URLs and bodies, so only a
 * code leaves: `throttled` for 429, `upstream_unavailable` for all else.
 */
export const atDoor = async <T>(
  dependency: Dependency,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return await Promise.race([call(signal), whenAborted(signal)])
  } catch (thrown) {
    throw sanitized(dependency, thrown)
  }
}

// MSAL and some SDKs take no signal: what they still do after the time-out is nobody's to wait for.
const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

const sanitized = (dependency: Dependency, thrown: unknown): BrokerError => {
  if (thrown instanceof BrokerError) return thrown
  const status = statusOf(thrown)
  const reason = `${dependency}_${status ?? nameOf(thrown)}`
  return status === 429
    ? new BrokerError('throttled', `${labels[dependency]} is throttling. Try again shortly`, {
        reason,
        retryAfterSeconds: 5,
      })
    : new BrokerError(
        'upstream_unavailable',
        `${labels[dependency]} did not answer as it should. Try again shortly`,
        { reason, retryAfterSeconds: 5 },
      )
}

const nameOf = (thrown: unknown): string =>
  thrown instanceof Error && /^[A-Za-z]{1,40}$/.test(thrown.name) ? thrown.name : 'failed'

const labels: Record<Dependency, string> = {
  entra: 'Microsoft Entra',
  vault: 'Key Vault',
  tables: 'Table storage',
  queue: 'Queue storage',
  partner_center: 'Partner Center',
  broker: 'the broker',
}
