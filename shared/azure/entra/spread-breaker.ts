import { CircuitState, type IBreaker } from 'cockatiel'

const failingPartners = 3
const failuresInARow = 20

/**
 * Opens for all only when several partners fail with no success between: the trouble of one partner
 * (whose own circuit opens) must not stop the others. `failing` is told of each failure before it
 * counts.
 */
export const spreadBreaker = (): { breaker: IBreaker; failing: (partner: string) => void } => {
  const partners = new Set<string>()
  let failures = 0
  return {
    failing: (partner) => void partners.add(partner),
    breaker: {
      state: undefined,
      success: () => {
        partners.clear()
        failures = 0
      },
      failure: (state) => {
        failures++
        const isSpread = partners.size >= failingPartners && failures >= failuresInARow
        return state === CircuitState.HalfOpen || isSpread
      },
    },
  }
}
