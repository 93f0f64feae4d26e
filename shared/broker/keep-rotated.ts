import { secretNameOf, type Grant, type SealedVersion } from './grant.ts'
import type { Redeemed } from './redeem.ts'
import { heedVault, type HoldOff } from './rotation/hold-off.ts'
import type { Rows, Stored } from './rows.ts'
import type { SealedTokens, SealToken } from './sealed-token.ts'

export type KeepingPorts = SealingPorts & { grants: Pick<Rows<Grant>, 'replace'> }

export type SealingPorts = { sealedTokens: Pick<SealedTokens, 'write'>; seal: SealToken }

/** A refresh token that the partner's home tenant returned. Times in milliseconds since the epoch. */
export type Rotated = { refreshToken: string; at: number; expiresAt?: number }

/** The new refresh token of a redemption, if there is one. */
export const rotatedBy = ({
  refreshToken,
  at,
  refreshTokenExpiresInSeconds: seconds,
}: Redeemed): Rotated | undefined =>
  refreshToken === undefined
    ? undefined
    : { refreshToken, at, ...(seconds !== undefined && { expiresAt: at + seconds * 1000 }) }

/**
 * Keeps the refresh token that the partner's home tenant returned: the new secret version first,
 * then the row by ETag to exactly that version. `changed`: another worker or a new consent was
 * faster; what it wrote stands, and the version written here is never pointed to.
 */
export const keepRotated = async (
  ports: KeepingPorts,
  { value: grant, etag }: Stored<Grant>,
  rotated: Rotated,
): Promise<Stored<Grant> | 'changed'> => {
  const value = await sealRotated(ports, grant, rotated)
  const written = await ports.grants.replace(value, etag)
  return written === 'changed' ? 'changed' : { value, etag: written.etag }
}

export type SparePorts = {
  /** Whether the pace that all instances share has room for one more secret now. */
  takeSpareSlot: () => Promise<boolean>
  holdOff: HoldOff
}

/** The same for whoever can leave it to a later redemption. `no_slot`: the vault's limit leaves no room. */
export const keepIfSpare = async (
  ports: KeepingPorts & SparePorts,
  stored: Stored<Grant>,
  rotated: Rotated,
): Promise<Stored<Grant> | 'changed' | 'no_slot'> => {
  if (!(await ports.takeSpareSlot())) return 'no_slot'
  try {
    return await keepRotated(ports, stored, rotated)
  } catch (thrown) {
    await heedVault(ports.holdOff, thrown)
    throw thrown
  }
}

/** Writes the new secret version; the grant that points to it is still to be written. */
export const sealRotated = async (
  { sealedTokens, seal }: SealingPorts,
  grant: Grant,
  rotated: Rotated,
): Promise<Grant> => {
  const { app, partner, generation } = grant
  const { sealed, kid } = await seal(rotated.refreshToken, { app, partner, generation })
  const secretVersion = await sealedTokens.write(secretNameOf(grant), sealed)
  return {
    ...grant,
    sealed: sealedVersion({ secretVersion, kid }, rotated),
    previous: grant.sealed,
  }
}

/** What the row says of a version that has just been written. */
export const sealedVersion = (
  version: Pick<SealedVersion, 'secretVersion' | 'kid'>,
  { at, expiresAt }: Rotated,
): SealedVersion => ({
  ...version,
  sealedAt: at,
  ...(expiresAt !== undefined && { expiresAt }),
})
