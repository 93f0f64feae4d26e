import type { Circuit, Tried } from './circuit.ts'
import { openCircuit } from './circuit.ts'
import { retrying } from './retries.ts'
import { sanitized, unavailable, type Dependency } from './sanitize.ts'
import { inTime, isTimeOut, timeLeftMs } from './time-budget.ts'
import { troubleOf } from './trouble.ts'

/** Runs calls to one dependency; only a `BrokerError` leaves. */
export type Door = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>

export type DoorOptions = {
  dependency: Dependency
  /** For one try. */
  timeoutMs: number
  /** Shared by all doors to the same dependency; of this door's own when left out. */
  circuit?: Circuit | undefined
}

// The SDKs behind these doors retry nothing themselves. The managed identity's SDK does, and so does
// the broker behind the onboarding app: retries of both would multiply.
const retries: Record<Dependency, number> = {
  entra: 1,
  entra_keys: 1,
  identity: 0,
  vault: 2,
  tables: 2,
  queue: 2,
  partner_center: 1,
  broker: 0,
}

/** A door with a circuit breaker around each try and retries around that, within the request's budget. */
export const guardedDoor = (options: DoorOptions): Door => {
  const { dependency, circuit = openCircuit() } = options
  return async (call) => {
    const tried = await retrying(retries[dependency], async () => {
      if (timeLeftMs() <= 0) return failed(unavailable(dependency, 'out_of_time'))
      const through = await circuit(() => tryOnce(options, call))
      if (!('openMs' in through)) return through
      return failed(unavailable(dependency, 'breaker_open', through.openMs / 1000))
    })
    return tried.settle()
  }
}

const tryOnce = async <T>(
  { dependency, timeoutMs }: DoorOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<Tried<T>> => {
  const givenMs = Math.min(timeoutMs, timeLeftMs())
  try {
    const value = await inTime(givenMs, call)
    return { settle: () => value }
  } catch (thrown) {
    const trouble = troubleOf(thrown)
    const answer = failed(sanitized(dependency, thrown))
    // A try that the budget cut short says nothing about the dependency.
    const counts = !isTimeOut(thrown) || givenMs === timeoutMs
    return trouble ? { ...answer, trouble, counts } : answer
  }
}

const failed = (thrown: unknown) => ({
  settle: (): never => {
    throw thrown
  },
})
