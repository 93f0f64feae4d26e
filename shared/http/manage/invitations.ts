import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import { invitationState, type Invitation } from '../../broker/invitation.ts'
import type { InvitationRequest, Invited } from '../../broker/invite.ts'
import { operatorName } from '../../broker/operator.ts'
import { compilePolicy, type PolicyRows } from '../../broker/policy.ts'
import { isEndedBy } from '../../broker/revocation.ts'
import type { Rows } from '../../broker/rows.ts'
import { withHeaders, type Answer } from '../correlation.ts'
import { readJson } from '../json-body.ts'
import { problem } from '../problem.ts'
import { json, noContent, type Visit } from './desk.ts'
import { audienceList, days, guid, line } from './fields.ts'
import { changing, reading, type ManagementDesk } from './managed.ts'
import { listAnswer, pageOf } from './paging.ts'

export type InvitationDesk = ManagementDesk & {
  invitations: Pick<Rows<Invitation>, 'read' | 'replace' | 'list'>
  policy: Pick<PolicyRows, 'readAll'>
  invite: (request: InvitationRequest, by: string) => Promise<Invited>
  defaults: { validForDays: number; consentTermDays: number }
}

/** `POST /manage/invitations`: the answer is the only one that ever shows the link. */
export const createInvitation = (desk: InvitationDesk, request: HttpRequest) =>
  changing(desk, request, {
    action: 'POST /manage/invitations',
    run: async (visit, note) => {
      const body = await readJson(request, bodySchema(desk.defaults))
      note({ partner: body.partner })
      const invited = await desk.invite(withoutUndefined(body), operatorName(visit.operator))
      note({ target: invited.id })
      return invitedAnswer(desk, visit, invited)
    },
  })

/** A new invitation, as it is answered this once. */
export const invitedAnswer = (
  { brokerUrl }: Pick<InvitationDesk, 'brokerUrl'>,
  visit: Visit,
  invited: Invited,
): Answer =>
  withHeaders(
    json(visit, 201, { ...invited, expiresAt: new Date(invited.expiresAt).toISOString() }),
    { location: `${brokerUrl}/manage/invitations/${invited.id}` },
  )

/** `GET /manage/invitations` */
export const listInvitations = (desk: InvitationDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const page = await desk.invitations.list(pageOf(request))
    const view = await viewer(desk)
    return json(
      visit,
      200,
      listAnswer(request, { ...desk, page }, ({ value }) => view(value)),
    )
  })

/** `GET /manage/invitations/{id}` */
export const getInvitation = (desk: InvitationDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const stored = await desk.invitations.read(idOf(request))
    return stored ? json(visit, 200, (await viewer(desk))(stored.value)) : notFound(visit)
  })

/** `DELETE /manage/invitations/{id}`: cancels an open one; a used one keeps its record. */
export const cancelInvitation = (desk: InvitationDesk, request: HttpRequest) =>
  changing(desk, request, {
    action: 'DELETE /manage/invitations/{id}',
    about: { target: idOf(request).slice(0, 100) },
    run: async (visit, note) => {
      const stored = await desk.invitations.read(idOf(request))
      if (!stored) return notFound(visit)
      note({ partner: stored.value.partner })
      if (stored.value.status !== 'open') return noContent(visit)
      const cancelled: Invitation = { ...stored.value, status: 'cancelled' }
      const written = await desk.invitations.replace(cancelled, stored.etag)
      return written === 'changed' ? conflict(visit) : noContent(visit)
    },
  })

const bodySchema = (defaults: InvitationDesk['defaults']) =>
  z.strictObject({
    partner: guid,
    audiences: audienceList,
    displayName: line(200).optional(),
    contact: line(320).optional(),
    language: z.enum(['en', 'nl']).optional(),
    validForDays: days.max(90).default(defaults.validForDays),
    consentTermDays: days.default(defaults.consentTermDays),
  })

type Body = z.output<ReturnType<typeof bodySchema>>

const withoutUndefined = ({
  displayName,
  contact,
  language,
  ...rest
}: Body): InvitationRequest => ({
  ...rest,
  ...(displayName !== undefined && { displayName }),
  ...(contact !== undefined && { contact }),
  ...(language !== undefined && { language }),
})

/** Shows an invitation by its state of now; one that a revocation has ended is as good as cancelled. */
const viewer = async ({ policy, now }: InvitationDesk) => {
  const { revocations } = compilePolicy(await policy.readAll())
  return (invitation: Invitation) => {
    const state = invitationState(invitation, now())
    const isVoid = isEndedBy(revocations.get(invitation.partner), invitation.createdAt)
    return viewOf(invitation, state === 'open' && isVoid ? 'cancelled' : state)
  }
}

const viewOf = (
  { linkHash: _linkHash, v: _v, ...invitation }: Invitation,
  status: ReturnType<typeof invitationState>,
) => ({
  ...invitation,
  status,
  createdAt: new Date(invitation.createdAt).toISOString(),
  expiresAt: new Date(invitation.expiresAt).toISOString(),
})

const idOf = (request: HttpRequest): string => (request.params['id'] ?? '').toLowerCase()

const notFound = ({ correlation }: Visit): Answer =>
  problem({ status: 404, code: 'not_found', detail: 'there is no such invitation' }, correlation)

const conflict = ({ correlation }: Visit): Answer =>
  problem(
    { status: 409, code: 'conflict', detail: 'the invitation changed meanwhile; look again' },
    correlation,
  )
