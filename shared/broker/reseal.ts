import type { Grant } from './grant.ts'
import { keepIfSpare, type KeepingPorts, type SparePorts } from './keep-rotated.ts'
import type { Stored } from './rows.ts'

export type ResealingPorts = KeepingPorts &
  SparePorts & {
    /** The newest version of the vault key, known at most so long ago. */
    publicKey: (maxAgeMs?: number) => Promise<{ kid: string }>
    remember: (grant: Grant) => void
    /** Something that a person must look at, by name; never holds a secret. */
    alarm: (name: string, facts: Record<string, string | number>) => void
    now: () => number
  }

// After a new version of the key every grant is due: one a second and instance leaves most of the shared
// pace to rotations.
const paceMs = 1_000
// An instance that has not seen the newest version yet must not seal with the older one again.
const sureMs = 60_000

/** Reseals a grant with the newest version of the vault key if an older one sealed it. */
export type ResealIfOld = (stored: Stored<Grant>, refreshToken: string) => Promise<void>

/**
 * After each redemption, for the refresh token is open then: the new secret version first, then the
 * row by ETag. Failing or losing the race leaves the grant as it was, and the next redemption tries
 * again; issuing never fails for it.
 */
export const resealing = (ports: ResealingPorts): ResealIfOld => {
  let nextAt = 0
  return async (stored, refreshToken) => {
    const { sealed, partner } = stored.value
    try {
      if ((await ports.publicKey()).kid === sealed.kid || ports.now() < nextAt) return
      nextAt = ports.now() + paceMs
      if ((await ports.publicKey(sureMs)).kid === sealed.kid) return
      const { sealedAt: at, expiresAt } = sealed
      const lifetime = expiresAt === undefined ? {} : { expiresAt }
      const kept = await keepIfSpare(ports, stored, { refreshToken, at, ...lifetime })
      if (typeof kept === 'object') ports.remember(kept.value)
    } catch {
      ports.alarm('reseal_failed', { partner })
    }
  }
}
