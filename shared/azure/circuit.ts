import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
  type IBreaker,
} from 'cockatiel'
import type { Trouble } from './trouble.ts'

/** One try: its result or error by `settle`, and what of it may pass by itself. */
export type Tried<T> = {
  settle: () => T
  trouble?: Trouble
  /** False: the trouble says nothing about the dependency's health. */
  counts?: boolean
}

/** A circuit breaker: it lets a try through, or says for how long it stays open. */
export type Circuit = <T>(
  attempt: () => Promise<Tried<T>>,
) => Promise<Tried<T> | { openMs: number }>

export type CircuitOptions = {
  /** Told when the circuit opens and when it has closed again. */
  onChange?: (state: 'open' | 'closed') => void
  /** When to open; by default after many failures in a row, which one success makes forgotten. */
  breaker?: IBreaker
}

// A breaker is there for load: with few calls there is nothing to spare, and each retry counts. It
// opens within a second of an outage when many call, and never for a handful of failures.
const failuresInARow = 20
const openForMs = 2_000

/** Opens on trouble only; an answer that means something is a success, whatever it says. */
export const openCircuit = ({ onChange, breaker }: CircuitOptions = {}): Circuit => {
  const policy = circuitBreaker(handleWhenResult(isFailure), {
    halfOpenAfter: openForMs,
    breaker: breaker ?? new ConsecutiveBreaker(failuresInARow),
  })
  let openedAt = 0
  policy.onStateChange((state) => {
    if (state === CircuitState.Open) openedAt = Date.now()
    if (state === CircuitState.Open) onChange?.('open')
    if (state === CircuitState.Closed) onChange?.('closed')
  })
  const openMs = (): number => {
    // While one try finds out whether it works again, nobody else waits for it.
    if (policy.state === CircuitState.HalfOpen) return 1000
    return policy.state === CircuitState.Open ? openedAt + openForMs - Date.now() : 0
  }
  const isNeutral = ({ trouble, counts }: Tried<unknown>): boolean =>
    trouble !== undefined && counts === false && policy.state === CircuitState.Closed
  return async (attempt) => {
    const left = openMs()
    return left > 0 ? { openMs: left } : uncounted(policy, attempt, isNeutral)
  }
}

// An uncounted time-out is no proof of health; an uncounted 429 is one, since it is an answer.
const isFailure = (tried: unknown): boolean => {
  const { trouble, counts }: Partial<Tried<unknown>> = Object(tried)
  return trouble !== undefined && (counts !== false || trouble.kind === 'unavailable')
}

// What is thrown past the policy is neither a success nor a failure to it.
const uncounted = async <T>(
  policy: CircuitBreakerPolicy,
  attempt: () => Promise<Tried<T>>,
  isNeutral: (tried: Tried<T>) => boolean,
): Promise<Tried<T>> => {
  let neutral: Tried<T> | undefined
  const counted = async (): Promise<Tried<T>> => {
    const tried = await attempt()
    if (!isNeutral(tried)) return tried
    neutral = tried
    throw new Error('not counted')
  }
  try {
    return await policy.execute(counted)
  } catch (thrown) {
    if (neutral) return neutral
    throw thrown
  }
}
