import type { Attempt } from '../attempt.ts'
import { takenOver, type ConsentOrigin, type Standing } from '../consent-origin.ts'
import type { ConsentRefusal } from '../consent-outcome.ts'
import type { Grant } from '../grant.ts'
import { holdsFor, type Revocation } from '../revocation.ts'
import { mayManage } from './partner-person.ts'

/** Whether an operator ended the grant, whatever the partner did before or after. */
export const isEndedByOperator = (grant: Grant, revocation: Revocation | undefined): boolean =>
  (grant.status === 'revoked' && grant.revokedBy !== 'partner') ||
  (holdsFor(grant, revocation) && revocation?.revokedBy !== 'partner')

type Renewal = {
  attempt: Attempt
  /** The generation that is renewed. */
  before: Grant
  person: { objectId: string; isAdmin: boolean }
}

/**
 * A renewal by the partner itself: the terms of the generation before, for as many days again. It
 * keeps that one's invitation, so that the invitation makes no other grant.
 */
export const renewalOrigin = ({ attempt, before, person }: Renewal): ConsentOrigin => ({
  ...takenOver(before),
  invitation: before.invitation,
  termMs: before.endsAt - before.consentedAt,
  begunAt: attempt.startedAt,
  refusalNow: async ({ grant, revocation }) => {
    const refusal = renewalRefusal({ grant, revocation }, attempt)
    if (refusal) return refusal
    if (!mayManage(person, grant)) return { kind: 'not_yours' }
    // Another consent meanwhile: what was proven is not what that one holds.
    return grant?.generation === before.generation ? undefined : { kind: 'superseded' }
  },
  isEndedBy: (revocation) => !wasSeen(revocation, attempt),
})

/** Why what stands cannot be renewed by that attempt. */
export const renewalRefusal = (
  { grant, revocation }: Standing,
  attempt: Attempt,
): ConsentRefusal | undefined => {
  if (!grant) return { kind: 'not_yours' }
  if (isEndedByOperator(grant, revocation?.value)) return { kind: 'not_renewable' }
  return wasSeen(revocation, attempt) ? undefined : { kind: 'revoked' }
}

// Nobody invited: any revocation that came since it began counts. Told by its ETag and not by its time,
// since the clock of whoever revoked may be behind.
const wasSeen = (revocation: Standing['revocation'], { seenRevocation }: Attempt): boolean =>
  revocation?.etag === seenRevocation
