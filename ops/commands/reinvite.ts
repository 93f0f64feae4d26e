import * as z from 'zod'
import type { Command } from '../command.ts'
import { audience, count, given, tenant } from '../fields.ts'
import { shownInvitation } from '../shown-invitation.ts'

const schema = z.object({
  '<partner>': tenant,
  '--for': z.array(audience).optional(),
  '--valid-days': count.optional(),
  '--term-days': count.optional(),
})

export const reinvite: Command = {
  usage: '<partner> [--for AUDIENCE] [--valid-days N] [--term-days N]',
  does: 'invites a known partner again, for what it had',
  options: {
    for: { type: 'string', multiple: true },
    'valid-days': { type: 'string' },
    'term-days': { type: 'string' },
  },
  run: async (call) => {
    const typed = given(call, ['partner'], schema)
    const api = await call.broker()
    const answer = await api.send({
      method: 'POST',
      path: `/manage/partners/${typed['<partner>']}/reinvite`,
      body: {
        audiences: typed['--for'],
        validForDays: typed['--valid-days'],
        consentTermDays: typed['--term-days'],
      },
    })
    return shownInvitation(answer.body)
  },
}
