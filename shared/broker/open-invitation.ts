import { timingSafeEqual } from 'node:crypto'
import { invitationIdOf, invitationState, sha256Hex, type Invitation } from './invitation.ts'
import { isEndedBy, type Revocation } from './revocation.ts'
import type { Rows } from './rows.ts'

/** Why an invitation does not open. */
export type ClosedInvitation = {
  kind: 'invitation_unknown' | 'invitation_expired' | 'invitation_used'
}

export type OpeningPorts = {
  invitations: Pick<Rows<Invitation>, 'read'>
  revocations: Pick<Rows<Revocation>, 'read'>
  now: () => number
}

export type OpenedInvitation = { invitation: Invitation } | ClosedInvitation

/** Looks up a link's invitation and says whether it is open. Reading it changes nothing. */
export const openInvitation = async (
  ports: OpeningPorts,
  link: string,
): Promise<OpenedInvitation> => {
  const stored = await ports.invitations.read(invitationIdOf(link))
  if (!stored || !sameHash(stored.value.linkHash, sha256Hex(link))) {
    return { kind: 'invitation_unknown' }
  }
  return opened(ports, stored.value)
}

/** The same for an invitation that is already at hand. */
export const opened = async (
  { revocations, now }: Pick<OpeningPorts, 'revocations' | 'now'>,
  invitation: Invitation,
): Promise<OpenedInvitation> => {
  const closed = closedAs(invitation, now())
  if (closed) return closed
  const revocation = (await revocations.read(invitation.partner))?.value
  // Whoever revokes a partner means the invitations that are out, too.
  return isEndedBy(revocation, invitation.createdAt)
    ? { kind: 'invitation_unknown' }
    : { invitation }
}

/** Why an invitation by itself does not open; a cancelled one is as good as unknown. */
export const closedAs = (invitation: Invitation, now: number): ClosedInvitation | undefined => {
  const state = invitationState(invitation, now)
  if (state === 'open') return undefined
  if (state === 'expired') return { kind: 'invitation_expired' }
  return { kind: state === 'used' ? 'invitation_used' : 'invitation_unknown' }
}

/** Compares two SHA-256 digests (hexadecimal) in constant time. */
export const sameHash = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')]
  return a.length === 32 && a.length === b.length && timingSafeEqual(a, b)
}
