import * as z from 'zod'
import type { Command } from '../command.ts'
import { given, name } from '../fields.ts'
import { shownList } from '../shown-list.ts'
import { shownRecord } from '../text.ts'

const columns = [
  'name',
  'mode',
  'caller.tenant',
  'caller.clientId',
  'partners',
  'audiences',
  'customers',
  'purposes',
  'networks',
  'notAfter',
]

export const permissions: Command = {
  usage: '',
  does: 'lists the permissions',
  options: {},
  run: async (call) => {
    given(call, [], z.object({}))
    const api = await call.broker()
    return shownList(call, await api.list('/manage/permissions'), columns)
  },
}

export const permissionsGet: Command = {
  usage: '<name>',
  does: 'shows one permission; with --json good for put --file',
  options: {},
  run: async (call) => {
    const { '<name>': one } = given(call, ['name'], z.object({ '<name>': name }))
    const api = await call.broker()
    return shownRecord((await api.send({ path: `/manage/permissions/${one}` })).body)
  },
}
