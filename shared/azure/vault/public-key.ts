import type { JsonWebKey } from 'node:crypto'

/** The public half of one version of the vault key; `kid` is `{key name}/{version}`. */
export type PublicKey = { kid: string; jwk: JsonWebKey }

const keptMs = 3600_000

/** Keeps the newest public key for an hour, fetched in single flight; a failure is not kept. */
export const keepPublicKey = (fetchKey: () => Promise<PublicKey>, now: () => number) => {
  let kept: { key: Promise<PublicKey>; until: number } | undefined
  return (): Promise<PublicKey> => {
    if (kept && now() < kept.until) return kept.key
    const key = fetchKey()
    const mine = { key, until: now() + keptMs }
    kept = mine
    key.catch(() => {
      if (kept === mine) kept = undefined
    })
    return key
  }
}
