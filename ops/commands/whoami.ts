import * as z from 'zod'
import type { Command } from '../command.ts'
import { given } from '../fields.ts'
import { shownRecord } from '../text.ts'

export const whoami: Command = {
  usage: '',
  does: 'says who the broker takes you for, and what it permits you',
  options: {},
  run: async (call) => {
    given(call, [], z.object({}))
    const api = await call.broker()
    if (api.roles.includes('Token.Issue')) {
      return shownRecord((await api.send({ path: '/whoami' })).body)
    }
    // The broker describes callers only; of an operator it shows whether it lets this one look.
    await api.send({ path: '/manage/lockdowns?top=1' })
    return shownRecord({
      signedInAs: api.who,
      mayLook: true,
      mayChange: api.roles.includes('Broker.Manage'),
    })
  },
}
