import type { ConsentRefusal } from './consent-outcome.ts'
import type { Grant } from './grant.ts'
import type { Invitation } from './invitation.ts'
import { closedAs } from './open-invitation.ts'
import { isEndedBy, type Revocation } from './revocation.ts'
import type { Rows, Stored } from './rows.ts'

/** A partner's grant and its revocation, as they were read: the grant first. */
export type Standing = {
  grant: Grant | undefined
  revocation: Stored<Revocation> | undefined
}

/** What a consent comes from, and what its grant takes over from there. */
export type ConsentOrigin = Pick<
  Grant,
  'partner' | 'audiences' | 'invitation' | 'displayName' | 'contact' | 'language'
> & {
  /** Length of the consent term. */
  termMs: number
  /** A revocation from then on voids the consent. Milliseconds since the epoch. */
  begunAt: number
  /** Why the consent may not be stored beside what stands now. */
  refusalNow: (standing: Standing) => Promise<ConsentRefusal | undefined>
  /** Whether the revocation that stands once it is stored ends it. */
  isEndedBy: (revocation: Stored<Revocation>) => boolean
}

const dayMs = 24 * 3600_000

type InvitationPorts = { invitations: Pick<Rows<Invitation>, 'read'>; now: () => number }

/** A consent from an invitation, which makes one grant at most; for a shorter term where she chose one. */
export const invitationOrigin = (
  { invitations, now }: InvitationPorts,
  { id, createdAt, consentTermDays, ...invitation }: Invitation,
  termDays: number = consentTermDays,
): ConsentOrigin => ({
  ...takenOver(invitation),
  invitation: id,
  termMs: Math.min(consentTermDays, termDays) * dayMs,
  begunAt: createdAt,
  // The invitation is read after the grant: whoever replaced a grant of this invitation has marked it
  // as used before.
  refusalNow: async ({ grant, revocation }) => {
    if (isEndedBy(revocation?.value, createdAt)) return { kind: 'revoked' }
    if (grant?.invitation === id) return { kind: 'invitation_used' }
    const stored = await invitations.read(id)
    return stored ? closedAs(stored.value, now()) : { kind: 'invitation_unknown' }
  },
  // An operator who invites after he revoked means it, however late the revocation is written.
  isEndedBy: (revocation) => isEndedBy(revocation.value, createdAt),
})

type TakenOver = Pick<
  ConsentOrigin,
  'partner' | 'audiences' | 'displayName' | 'contact' | 'language'
>

/** What a new generation keeps of the invitation or the generation before. */
export const takenOver = ({
  partner,
  audiences,
  displayName,
  contact,
  language,
}: TakenOver): TakenOver => ({
  partner,
  audiences,
  ...(displayName !== undefined && { displayName }),
  ...(contact !== undefined && { contact }),
  ...(language !== undefined && { language }),
})
