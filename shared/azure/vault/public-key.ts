import type { JsonWebKey } from 'node:crypto'

/** The public half of one version of the vault key; `kid` is `{key name}/{version}`. */
export type PublicKey = { kid: string; jwk: JsonWebKey }

const keptMs = 3600_000

/**
 * Keeps the newest public key for an hour, or for as short as is asked for, fetched in single flight; a
 * failure is not kept.
 */
export const keepPublicKey = (fetchKey: () => Promise<PublicKey>, now: () => number) => {
  let kept: { key: Promise<PublicKey>; at: number } | undefined
  return (maxAgeMs = keptMs): Promise<PublicKey> => {
    if (kept && now() - kept.at < maxAgeMs) return kept.key
    const key = fetchKey()
    const mine = { key, at: now() }
    kept = mine
    key.catch(() => {
      if (kept === mine) kept = undefined
    })
    return key
  }
}
