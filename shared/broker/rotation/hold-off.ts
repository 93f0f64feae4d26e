import { BrokerError } from '../broker-error.ts'

/** The vault is throttling: nobody writes to it for so long. */
export type HoldOff = (ms: number) => Promise<void>

// The vault's limit is counted over ten seconds; a 429 often does not say how long to wait.
const vaultPauseMs = 10_000
// The next sweep finds it anyway, and a queue puts nothing off for more than a week.
const longestMs = 3600_000

/** How long the dependency that failed asks to be left alone. */
export const askedMs = ({ detail }: BrokerError): number =>
  Math.min((detail.askedSeconds ?? detail.retryAfterSeconds ?? 0) * 1000, longestMs)

/** Holds every instance off where the vault said 429. */
export const heedVault = async (holdOff: HoldOff, thrown: unknown): Promise<void> => {
  if (!(thrown instanceof BrokerError) || thrown.detail.reason !== 'vault_429') return
  // Where the other instances cannot be told, each finds out for itself.
  await holdOff(Math.max(askedMs(thrown), vaultPauseMs)).catch(() => undefined)
}
