import type { Grant } from './grant.ts'

/** The first thing that a revocation writes: which generations of a partner's grant are void. */
export type Revocation = {
  v: 1
  partner: string
  /** This generation and all before it are revoked; 0 when there was none yet. */
  generation: number
  /** Milliseconds since the epoch; invitations and attempts from before are void too. */
  at: number
  by: string
  reason: string
  /** An operator's revocation ends self-service; a partner's own withdrawal does not. */
  revokedBy: 'operator' | 'partner'
}

/** Whether a grant is revoked, even where its own row does not say so yet. */
export const isRevoked = (
  grant: Pick<Grant, 'generation' | 'status' | 'begunAt'>,
  revocation: Pick<Revocation, 'generation' | 'at'> | undefined,
): boolean => grant.status === 'revoked' || holdsFor(grant, revocation)

/** Whether it is this revocation that voids the grant, and not one of an earlier generation. */
export const holdsFor = (
  grant: Pick<Grant, 'generation' | 'begunAt'>,
  revocation: Pick<Revocation, 'generation' | 'at'> | undefined,
): boolean =>
  revocation !== undefined &&
  (grant.generation <= revocation.generation ||
    (grant.begunAt !== undefined && isEndedBy(revocation, grant.begunAt)))

/** Whether something that began at that time was ended by the revocation. */
export const isEndedBy = (revocation: Pick<Revocation, 'at'> | undefined, began: number): boolean =>
  revocation !== undefined && began <= revocation.at
