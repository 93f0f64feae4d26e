import * as z from 'zod'
import type { BrokerApi } from '../broker-api.ts'
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

const replaySchema = z
  .object({ '<id>': id.optional(), '--all': z.boolean().default(false) })
  .refine(({ '<id>': one, '--all': all }) => (one === undefined) === all, {
    error: '<id> or --all must be given, and not both',
  })

export const eventsReplay: Command = {
  usage: '<id> | --all',
  does: 'puts a failed message back into its queue, from the first attempt on; or all that can be read',
  options: { all: { type: 'boolean' } },
  run: async (call) => {
    const { '<id>': one } = given(call, ['id'], replaySchema)
    const api = await call.broker()
    if (one !== undefined) return shownRecord(await replay(api, one))
    const { value, more } = await api.list('/manage/events/failed?top=1000')
    const failed = value.map((item) => listed.parse(item)).filter(canBeRead)
    for (const message of failed) {
      // One at a time: each is a request of its own, and on record.
      // oxlint-disable-next-line no-await-in-loop
      await replay(api, message.id)
    }
    return shownRecord({ replayed: failed.length, left: value.length - failed.length, more })
  },
}

const listed = z.looseObject({ id, kind: z.string() })

const canBeRead = ({ kind }: z.output<typeof listed>): boolean => kind !== 'unreadable'

const replay = async (api: BrokerApi, one: string): Promise<unknown> =>
  (await api.send({ method: 'POST', path: `/manage/events/failed/${one}/replay` })).body
