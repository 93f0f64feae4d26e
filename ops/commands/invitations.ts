import * as z from 'zod'
import type { Command } from '../command.ts'
import { given } from '../fields.ts'
import { shownList } from '../shown-list.ts'
import { shownRecord } from '../text.ts'

const columns = ['id', 'partner', 'displayName', 'status', 'createdAt', 'expiresAt', 'code']

const one = z.object({
  '<id>': z.string({ error: 'must be the id of an invitation' }).regex(/^[0-9a-zA-Z-]{1,100}$/, {
    error: 'must be the id of an invitation',
  }),
})

export const invitations: Command = {
  usage: '',
  does: 'lists the invitations',
  options: {},
  run: async (call) => {
    given(call, [], z.object({}))
    const api = await call.broker()
    return shownList(call, await api.list('/manage/invitations'), columns)
  },
}

export const invitationsGet: Command = {
  usage: '<id>',
  does: 'shows one invitation, without its link',
  options: {},
  run: async (call) => {
    const { '<id>': id } = given(call, ['id'], one)
    const api = await call.broker()
    return shownRecord((await api.send({ path: `/manage/invitations/${id}` })).body)
  },
}

export const invitationsCancel: Command = {
  usage: '<id>',
  does: 'cancels an open invitation',
  options: {},
  run: async (call) => {
    const { '<id>': id } = given(call, ['id'], one)
    const api = await call.broker()
    const path = `/manage/invitations/${id}`
    await api.send({ path })
    await call.ask(`Cancel invitation ${id}? The partner's link stops working.`)
    await api.send({ method: 'DELETE', path })
    return { json: { id, status: 'cancelled' }, text: `Invitation ${id} is cancelled.` }
  },
}
