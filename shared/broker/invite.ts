import {
  invitationIdOf,
  randomCode,
  randomSecret,
  sha256Hex,
  type Invitation,
} from './invitation.ts'
import { invitationMessage, type Message } from './invitation-message.ts'
import type { Revocation } from './revocation.ts'
import type { Rows } from './rows.ts'

export type InvitationRequest = {
  partner: string
  audiences: string[]
  displayName?: string
  contact?: string
  language?: string
  validForDays: number
  consentTermDays: number
}

/** The answer to the operator: the only time that the link is shown. */
export type Invited = {
  id: string
  url: string
  expiresAt: number
  code: string
  message: Message
}

type InvitingPorts = {
  invitations: Pick<Rows<Invitation>, 'add'>
  revocations: Pick<Rows<Revocation>, 'read'>
  onboardingUrl: string
  operator: { name: string; contact: string }
  now: () => number
}

const dayMs = 24 * 3600_000

/** Makes a one-time link bound to one partner; only its hash is stored. */
export const invite = async (
  ports: InvitingPorts,
  { validForDays, ...request }: InvitationRequest,
  createdBy: string,
): Promise<Invited> => {
  const link = randomSecret()
  const { invitations, onboardingUrl, operator } = ports
  const createdAt = await timeOf(ports, request.partner)
  const invitation: Invitation = {
    v: 1,
    id: invitationIdOf(link),
    linkHash: sha256Hex(link),
    ...request,
    status: 'open',
    code: randomCode(),
    createdAt,
    expiresAt: createdAt + validForDays * dayMs,
    createdBy,
  }
  if ((await invitations.add(invitation)) === 'changed') throw new Error('the link is not unique')
  const url = `${onboardingUrl}/onboard/${link}`
  const { id, code, expiresAt } = invitation
  return { id, url, expiresAt, code, message: invitationMessage({ invitation, url, operator }) }
}

// A revocation ends what was begun until then. The clock of the instance that revoked may be ahead of
// this one's: what is begun now must not count as begun before.
const timeOf = async ({ revocations, now }: InvitingPorts, partner: string): Promise<number> => {
  const revocation = (await revocations.read(partner))?.value
  return Math.max(now(), revocation === undefined ? 0 : revocation.at + 1)
}
