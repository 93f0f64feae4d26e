import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import type { InvitationRequest } from '../../broker/invite.ts'
import { operatorName } from '../../broker/operator.ts'
import { readOptionalJson } from '../json-body.ts'
import { audienceList, days } from './fields.ts'
import { invitedAnswer, type InvitationDesk } from './invitations.ts'
import { changing } from './managed.ts'
import { partnerNotFound, partnerOf } from './partners.ts'

export type ReinviteDesk = Omit<InvitationDesk, 'invitations' | 'defaults'> & {
  lastFacts: (partner: string) => Promise<InvitationRequest | undefined>
}

const body = z.strictObject({
  audiences: audienceList.optional(),
  validForDays: days.max(90).optional(),
  consentTermDays: days.optional(),
})

/** `POST /manage/partners/{partner}/reinvite`: a new link, with the facts of the last one. */
export const reinvitePartner = (desk: ReinviteDesk, request: HttpRequest) =>
  changing(desk, request, {
    action: 'POST /manage/partners/{partner}/reinvite',
    about: { target: (request.params['partner'] ?? '').slice(0, 100) },
    run: async (visit, note) => {
      const partner = partnerOf(request)
      note({ partner })
      const changes = await readOptionalJson(request, body)
      const last = await desk.lastFacts(partner)
      if (!last) return partnerNotFound(visit)
      const invited = await desk.invite(changed(last, changes), operatorName(visit.operator))
      note({ target: invited.id })
      return invitedAnswer(desk, visit, invited)
    },
  })

const changed = (last: InvitationRequest, changes: z.output<typeof body>): InvitationRequest => ({
  ...last,
  audiences: changes.audiences ?? last.audiences,
  validForDays: changes.validForDays ?? last.validForDays,
  consentTermDays: changes.consentTermDays ?? last.consentTermDays,
})
