import * as z from 'zod'
import type { Command } from '../command.ts'
import { given } from '../fields.ts'
import { shownList } from '../shown-list.ts'
import { shownRecord } from '../text.ts'

const columns = ['id', 'at', 'kind', 'event.type', 'partner', 'queue', 'host', 'attempts', 'reason']

const id = z
  .string({ error: 'is missing' })
  .regex(/^[0-9a-f]{32}$/, { error: 'must be the id of a failed message, as events lists it' })

export const events: Command = {
  usage: '',
  does: 'lists events that no webhook took, and other messages of the queues that failed',
  options: {},
  run: async (call) => {
    given(call, [], z.object({}))
    const api = await call.broker()
    return shownList(call, await api.list('/manage/events/failed'), columns)
  },
}

export const eventsReplay: Command = {
  usage: '<id>',
  does: 'puts a failed message back into its queue, from the first attempt on',
  options: {},
  run: async (call) => {
    const { '<id>': one } = given(call, ['id'], z.object({ '<id>': id }))
    const api = await call.broker()
    const path = `/manage/events/failed/${one}/replay`
    return shownRecord((await api.send({ method: 'POST', path })).body)
  },
}
