import * as z from 'zod'
import type { Command } from '../command.ts'
import { given, reason, tenant } from '../fields.ts'
import { shownRevoked } from '../shown-revoked.ts'

const schema = z.object({ '<partner>': tenant, '--reason': reason })

export const revoke: Command = {
  usage: '<partner> --reason TEXT',
  does: 'revokes a partner: no token within 30 seconds, and only a new invitation brings it back',
  options: { reason: { type: 'string' } },
  run: async (call) => {
    const { '<partner>': partner, '--reason': why } = given(call, ['partner'], schema)
    const api = await call.broker()
    await call.ask(
      `Revoke partner ${partner}? Its tokens are refused within 30 seconds, its invitations end, and only a new invitation and consent bring it back.`,
    )
    const path = `/manage/partners/${partner}/revoke`
    return shownRevoked((await api.send({ method: 'POST', path, body: { reason: why } })).body)
  },
}
