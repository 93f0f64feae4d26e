import { secretNameOf, type Grant } from './grant.ts'
import { isEndedBy, type Revocation } from './revocation.ts'
import { revoked as asRevoked } from './rotation/transitions.ts'
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
  /** False: every instance stops, but the grant or its sealed token could not be put away yet. */
  isFinished: boolean
}

/**
 * Revokes a partner's grant: the snapshot's row first, since that is what stops every instance, then
 * the grant, then the sealed token. Each step may be repeated: a crash between two of them leaves
 * the partner stopped, and revoking again finishes it, so that a failure after the first step is told
 * and not thrown. Invitations and attempts from before the
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
  const { generation, at: revokedAt } = revocation
  try {
    const grant = await putAway(ports, revocation, renewalOf(before?.value))
    return {
      generation: Math.max(generation, grant?.generation ?? 0),
      revokedAt,
      sealedTokenDeleted: grant !== undefined,
      isFinished: true,
    }
  } catch {
    return { generation, revokedAt, sealedTokenDeleted: false, isFinished: false }
  }
}

type IsMeant = (grant: Grant) => boolean

// A renewal that was stored between the first look and the revocation's own row is meant too, whatever
// the clocks of the two instances say: this call was not answered yet. It is told by the invitation,
// which a renewal keeps; another one is an operator's, and its time decides.
const renewalOf =
  (before: Grant | undefined): IsMeant =>
  ({ invitation }) =>
    before?.invitation === invitation

const nothingMore: IsMeant = () => false

/**
 * The steps after the first, which may be repeated. Gives the grant that is now revoked. `isMeant`:
 * which later generations the revocation ends, beside those that began before it.
 */
export const putAway = async (
  ports: Omit<RevokingPorts, 'now'>,
  revocation: Revocation,
  isMeant: IsMeant = nothingMore,
): Promise<Grant | undefined> => {
  const grant = await markRevoked(ports, revocation, isMeant)
  if (grant) await removeSealed(ports, grant)
  return grant
}

/** Puts the revocation on the snapshot; never takes back what an earlier one said. */
const record = async (
  ports: Pick<RevokingPorts, 'revocations'>,
  revocation: Revocation,
): Promise<Revocation> => {
  const stored = await ports.revocations.read(revocation.partner)
  const value = joined(revocation, stored?.value)
  const written = stored
    ? await ports.revocations.replace(value, stored.etag)
    : await ports.revocations.add(value)
  return written === 'changed' ? record(ports, revocation) : value
}

// A partner's withdrawal of what an operator revoked opens no way back by self-service.
const joined = (revocation: Revocation, before: Revocation | undefined): Revocation => {
  if (!before) return revocation
  const isNewer = revocation.generation > before.generation
  return {
    ...revocation,
    generation: Math.max(revocation.generation, before.generation),
    at: Math.max(revocation.at, before.at),
    revokedBy: isNewer || before.revokedBy === 'partner' ? revocation.revokedBy : 'operator',
  }
}

/** Marks the grant's row; gives the grant that is now revoked. */
const markRevoked = async (
  ports: Omit<RevokingPorts, 'now'>,
  revocation: Revocation,
  isMeant: IsMeant,
): Promise<Grant | undefined> => {
  const stored = await ports.grants.read(revocation.partner)
  if (!stored) return undefined
  const grant = stored.value
  if (grant.generation > revocation.generation) {
    // An invitation from after the revocation onboards anew. A consent from before it that was
    // stored meanwhile ends with it.
    const isEnded = isEndedBy(revocation, grant.begunAt ?? grant.consentedAt) || isMeant(grant)
    if (!isEnded) return undefined
    const { generation } = grant
    return markRevoked(ports, await record(ports, { ...revocation, generation }), isMeant)
  }
  if (isSaid(grant, revocation)) return grant
  const { at: revokedAt, revokedBy } = revocation
  const value = asRevoked(grant, { at: revokedAt, revokedBy })
  const written = await ports.grants.replace(value, stored.etag)
  return written === 'changed' ? markRevoked(ports, revocation, isMeant) : value
}

// What an operator ended stays his, should a partner's own withdrawal come to its end after that.
const isSaid = ({ status, revokedBy }: Grant, revocation: Revocation): boolean =>
  status === 'revoked' && (revokedBy === revocation.revokedBy || revocation.revokedBy === 'partner')

// Generations before may still wait for their own deletion. The next sweep looks whether all is gone.
const removeSealed = async (
  { sealedTokens }: Pick<RevokingPorts, 'sealedTokens'>,
  grant: Grant,
): Promise<void> => {
  await sealedTokens.remove(secretNameOf(grant))
  const earlier = (grant.superseded ?? []).map((one) => secretNameOf({ ...grant, ...one }))
  await Promise.all(earlier.map((name) => sealedTokens.remove(name)))
}
