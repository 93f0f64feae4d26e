import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import { callerKey } from '../../broker/caller.ts'
import { invitationState, type Invitation } from '../../broker/invitation.ts'
import type { InvitationRequest, Invited } from '../../broker/invite.ts'
import type { Rows } from '../../broker/rows.ts'
import { withHeaders, type Answer } from '../correlation.ts'
import { readJson } from '../json-body.ts'
import { problem } from '../problem.ts'
import { admitted, json, noContent, type Desk, type Visit } from './desk.ts'
import { audienceList, days, guid, line } from './fields.ts'
import { listAnswer, pageOf } from './paging.ts'

export type InvitationDesk = Desk & {
  invitations: Pick<Rows<Invitation>, 'read' | 'replace' | 'list'>
  invite: (request: InvitationRequest, by: string) => Promise<Invited>
  defaults: { validForDays: number; consentTermDays: number }
  brokerUrl: string
  now: () => number
}

const manage = ['Broker.Manage'] as const
const read = ['Broker.Manage', 'Broker.Read'] as const

/** `POST /manage/invitations`: the answer is the only one that ever shows the link. */
export const createInvitation = (desk: InvitationDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: manage,
    run: async (visit) => {
      const body = await readJson(request, bodySchema(desk.defaults))
      const invited = await desk.invite(withoutUndefined(body), callerKey(visit.caller))
      const location = `${desk.brokerUrl}/manage/invitations/${invited.id}`
      const answer = json(visit, 201, {
        ...invited,
        expiresAt: new Date(invited.expiresAt).toISOString(),
      })
      return withHeaders(answer, { location })
    },
  })

/** `GET /manage/invitations` */
export const listInvitations = (desk: InvitationDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: read,
    run: async (visit) => {
      const page = await desk.invitations.list(pageOf(request))
      const { brokerUrl, now } = desk
      return json(
        visit,
        200,
        listAnswer(request, { brokerUrl, page }, ({ value }) => viewOf(value, now())),
      )
    },
  })

/** `GET /manage/invitations/{id}` */
export const getInvitation = (desk: InvitationDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: read,
    run: async (visit) => {
      const stored = await desk.invitations.read(idOf(request))
      return stored ? json(visit, 200, viewOf(stored.value, desk.now())) : notFound(visit)
    },
  })

/** `DELETE /manage/invitations/{id}`: cancels an open one; a used one keeps its record. */
export const cancelInvitation = (desk: InvitationDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: manage,
    run: async (visit) => {
      const stored = await desk.invitations.read(idOf(request))
      if (!stored) return notFound(visit)
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

const viewOf = ({ linkHash, v, ...invitation }: Invitation, now: number) => ({
  ...invitation,
  status: invitationState({ linkHash, v, ...invitation }, now),
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
