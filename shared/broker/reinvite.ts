import type { Grant } from './grant.ts'
import type { Invitation } from './invitation.ts'
import type { InvitationRequest } from './invite.ts'
import { allPages, type Rows } from './rows.ts'

export type ReinvitingPorts = {
  grants: Pick<Rows<Grant>, 'read'>
  invitations: Pick<Rows<Invitation>, 'read' | 'list'>
  defaults: { validForDays: number; consentTermDays: number }
}

const pageSize = 1000

/**
 * The facts for a new invitation of a partner: those of its grant and the invitation behind it, or
 * else of its last invitation; undefined when it was never invited.
 */
export const lastFacts = async (
  ports: ReinvitingPorts,
  partner: string,
): Promise<InvitationRequest | undefined> => {
  const grant = (await ports.grants.read(partner))?.value
  const behind = grant
    ? (await ports.invitations.read(grant.invitation))?.value
    : await lastInvitation(ports, partner)
  const last = grant ?? behind
  if (!last) return undefined
  return {
    partner,
    audiences: last.audiences,
    validForDays: ports.defaults.validForDays,
    consentTermDays: behind?.consentTermDays ?? ports.defaults.consentTermDays,
    ...(last.displayName !== undefined && { displayName: last.displayName }),
    ...(last.contact !== undefined && { contact: last.contact }),
    ...(last.language !== undefined && { language: last.language }),
  }
}

// Invitations are found by their link only, so the partner's are looked for among all of them.
const lastInvitation = async (
  { invitations }: ReinvitingPorts,
  partner: string,
): Promise<Invitation | undefined> => {
  let last: Invitation | undefined
  for await (const page of allPages((from) => invitations.list({ size: pageSize, ...from }))) {
    const own = page.items.map(({ value }) => value).filter((one) => one.partner === partner)
    last = [...own, ...(last ? [last] : [])].toSorted((a, b) => b.createdAt - a.createdAt)[0]
  }
  return last
}
