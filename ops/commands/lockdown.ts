import * as z from 'zod'
import type { Command } from '../command.ts'
import { audience, caller, given, name, reason, tenant } from '../fields.ts'
import { shownList } from '../shown-list.ts'
import { shownRecord } from '../text.ts'

const columns = ['name', 'scope', 'id', 'reason', 'at', 'by']

const scopes = z.enum(['all', 'partner', 'caller', 'audience'], {
  error: 'must be all, partner, caller or audience',
})

const schema = z.object({
  '<scope>': scopes,
  '<id>': z.string().optional(),
  '--reason': reason,
  '--name': name.optional(),
  '--replace': z.boolean().default(false),
})

const ids = {
  all: z.undefined({ error: 'is not for all' }),
  partner: tenant,
  caller,
  audience,
} as const

export const lockdownSet: Command = {
  usage: 'all|partner|caller|audience [id] --reason TEXT [--name NAME] [--replace]',
  does: 'stops issuing for everyone, a partner, a caller (TENANT/CLIENT) or an audience, within 30 seconds',
  options: {
    reason: { type: 'string' },
    name: { type: 'string' },
    replace: { type: 'boolean' },
  },
  run: async (call) => {
    const typed = given(call, ['scope', 'id'], schema)
    const scope = typed['<scope>']
    const { '<id>': id } = given(call, ['scope', 'id'], z.object({ '<id>': ids[scope] }))
    const named = typed['--name'] ?? nameOf(scope, id)
    const api = await call.broker()
    await call.ask(`Stop issuing for ${whatOf(scope, id)}? It holds within 30 seconds.`)
    const answer = await api.send({
      method: 'PUT',
      path: `/manage/lockdowns/${named}`,
      body: { scope, id, reason: typed['--reason'] },
      // A lockdown in the place of another lifts what that one stopped.
      headers: typed['--replace'] ? {} : { 'if-none-match': '*' },
    })
    call.say(`Lockdown ${named} is set. Lift it with: lockdown lift ${named}`)
    return shownRecord(answer.body)
  },
}

const whatOf = (scope: string, id: string | undefined): string =>
  id === undefined ? 'every caller and every partner' : `the ${scope} ${id}`

// At most 60 of [a-z0-9-]; a caller by its application alone.
const nameOf = (scope: string, id: string | undefined): string => {
  const last = id
    ?.replace(/^https:\/\//, '')
    .split('/')
    .at(-1)
  const tail = last?.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-')
  return tail === undefined ? scope : `${scope}-${tail}`.slice(0, 60)
}

export const lockdownList: Command = {
  usage: '',
  does: 'lists the lockdowns',
  options: {},
  run: async (call) => {
    given(call, [], z.object({}))
    const api = await call.broker()
    return shownList(call, await api.list('/manage/lockdowns'), columns)
  },
}

export const lockdownLift: Command = {
  usage: '<name>',
  does: 'takes a lockdown away: issuing goes on within 30 seconds',
  options: {},
  run: async (call) => {
    const { '<name>': one } = given(call, ['name'], z.object({ '<name>': name }))
    const api = await call.broker()
    await api.send({ method: 'DELETE', path: `/manage/lockdowns/${one}` })
    return { json: { name: one, lifted: true }, text: `Lockdown ${one} is lifted.` }
  },
}
