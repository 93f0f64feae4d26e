import * as z from 'zod'
import type { Command } from '../command.ts'
import { audience, count, given, tenant } from '../fields.ts'
import { shownInvitation } from '../shown-invitation.ts'

const needsAudience = 'must name what to ask consent for: partner-center, graph, arm'

const schema = z.object({
  '<partner>': tenant,
  '--for': z.array(audience, { error: needsAudience }),
  '--name': z.string().optional(),
  '--contact': z.string().optional(),
  '--language': z.string().optional(),
  '--valid-days': count.optional(),
  '--term-days': count.optional(),
})

export const invite: Command = {
  usage:
    '<partner> --for AUDIENCE [--for AUDIENCE] [--name TEXT] [--contact TEXT] [--language en|nl] [--valid-days N] [--term-days N]',
  does: 'invites a partner; the link is shown once',
  options: {
    for: { type: 'string', multiple: true },
    name: { type: 'string' },
    contact: { type: 'string' },
    language: { type: 'string' },
    'valid-days': { type: 'string' },
    'term-days': { type: 'string' },
  },
  run: async (call) => {
    const typed = given(call, ['partner'], schema)
    const body = {
      partner: typed['<partner>'],
      audiences: typed['--for'],
      displayName: typed['--name'],
      contact: typed['--contact'],
      language: typed['--language'],
      validForDays: typed['--valid-days'],
      consentTermDays: typed['--term-days'],
    }
    const api = await call.broker()
    const answer = await api.send({ method: 'POST', path: '/manage/invitations', body })
    return shownInvitation(answer.body)
  },
}
