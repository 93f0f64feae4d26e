import { secretNameOf, type Grant } from './grant.ts'
import { isEndedBy, isRevoked, type Revocation } from './revocation.ts'
import type { Rows } from './rows.ts'
import type { SealedTokens } from './sealed-token.ts'

export type RevokingPorts = {
  grants: Pick<Rows<Grant>, 'read' | 'replace'>
  revocations: Pick<Rows<Revocation>, 'read' | 'add' | 'replace'>
  sealedTokens: Pick<SealedTokens, 'remove'>
  now: () => number
}

export type RevokeRequest = Pick<Revocation, 'partner' | 'reason' | 'by' | 'revokedBy'>

/** What became of it. Times in milliseconds since the epoch. */
export type Revoked = {
  /** The generations that are void: this one and all before it; 0 when there was no grant. */
  generation: number
  revokedAt: number
  /** Whether a sealed refresh token was put away. */
  sealedTokenDeleted: boolean
}

/**
 * Revokes a partner's grant: the snapshot's row first, since that is what stops every instance, then
 * the grant, then the sealed token. Each step may be repeated: a crash between two of them leaves
 * the partner stopped, and revoking again finishes it. Invitations and attempts from before the
 * revocation end with its first step: whoever opens one compares the times.
 */
export const revoke = async (ports: RevokingPorts, request: RevokeRequest): Promise<Revoked> => {
  const at = ports.now()
  const before = await ports.grants.read(request.partner)
  const revocation = await record(ports, {
    v: 1,
    ...request,
    at,
    generation: before?.value.generation ?? 0,
  })
  const grant = await markRevoked(ports, revocation)
  if (grant) await removeSealed(ports, grant)
  const generation = Math.max(revocation.generation, grant?.generation ?? 0)
  return { generation, revokedAt: at, sealedTokenDeleted: grant !== undefined }
}

/** Puts the revocation on the snapshot; never takes back what an earlier one said. */
const record = async (
  ports: Pick<RevokingPorts, 'revocations'>,
  revocation: Revocation,
): Promise<Revocation> => {
  const stored = await ports.revocations.read(revocation.partner)
  const value: Revocation = {
    ...revocation,
    generation: Math.max(revocation.generation, stored?.value.generation ?? 0),
    at: Math.max(revocation.at, stored?.value.at ?? 0),
  }
  const written = stored
    ? await ports.revocations.replace(value, stored.etag)
    : await ports.revocations.add(value)
  return written === 'changed' ? record(ports, revocation) : value
}

/** Marks the grant's row; gives the grant that is now revoked. */
const markRevoked = async (
  ports: RevokingPorts,
  revocation: Revocation,
): Promise<Grant | undefined> => {
  const stored = await ports.grants.read(revocation.partner)
  if (!stored) return undefined
  const grant = stored.value
  if (grant.generation > revocation.generation) {
    // An invitation from after the revocation onboards anew. A consent from before it that was
    // stored meanwhile ends with it.
    if (!isEndedBy(revocation, grant.begunAt ?? grant.consentedAt)) return undefined
    return markRevoked(ports, await record(ports, { ...revocation, generation: grant.generation }))
  }
  if (grant.status === 'revoked' && isRevoked(grant, revocation)) return grant
  const { at: revokedAt, revokedBy } = revocation
  const value: Grant = { ...grant, status: 'revoked', revokedAt, revokedBy }
  const written = await ports.grants.replace(value, stored.etag)
  return written === 'changed' ? markRevoked(ports, revocation) : value
}

// The generation before may still wait for its own deletion.
const removeSealed = async ({ sealedTokens }: RevokingPorts, grant: Grant): Promise<void> => {
  await sealedTokens.remove(secretNameOf(grant))
  if (grant.generation > 1) {
    await sealedTokens.remove(secretNameOf({ ...grant, generation: grant.generation - 1 }))
  }
}
