import * as z from 'zod'
import type { ApiAnswer } from '../broker-api.ts'
import type { Command } from '../command.ts'
import { given, name } from '../fields.ts'
import { narrowings } from '../narrowing.ts'
import { permissionBody, permissionFlags } from '../permission-flags.ts'
import { shownRecord } from '../text.ts'

const schema = permissionFlags.extend({ '<name>': name })

export const permissionsPut: Command = {
  usage:
    '<name> [--file FILE|-] [--caller TENANT/CLIENT] [--partners any|T,T] [--audiences A,A] [--customers none|any|T,T] [--purposes P,P] [--networks CIDR,CIDR] [--not-after TIME] [--mode enforce|audit]',
  does: 'creates or replaces a permission; asks when that takes something away',
  options: Object.fromEntries(
    Object.keys(permissionFlags.shape).map((flag) => [flag.slice(2), { type: 'string' }] as const),
  ),
  run: async (call) => {
    const typed = given(call, ['name'], schema)
    const body = permissionBody(typed)
    const path = `/manage/permissions/${typed['<name>']}`
    const api = await call.broker()
    const before = await api.find(path)
    const loses = narrowings(before?.body, body)
    if (loses.length > 0) {
      await call.ask(`Permission ${typed['<name>']} is narrowed: ${loses.join('; ')}.`)
    }
    const answer = await api.send({ method: 'PUT', path, body, headers: asLookedAt(before) })
    return shownRecord(answer.body)
  },
}

// What was asked about is what is replaced.
const asLookedAt = (before: ApiAnswer | undefined): Record<string, string> => {
  if (!before) return { 'if-none-match': '*' }
  return before.etag === undefined ? {} : { 'if-match': before.etag }
}

export const permissionsDelete: Command = {
  usage: '<name>',
  does: 'deletes a permission: what it alone allows is refused within 30 seconds',
  options: {},
  run: async (call) => {
    const { '<name>': one } = given(call, ['name'], z.object({ '<name>': name }))
    const path = `/manage/permissions/${one}`
    const api = await call.broker()
    await call.ask(`Delete permission ${one}? What it alone allows is refused within 30 seconds.`)
    await api.send({ method: 'DELETE', path })
    return { json: { name: one, deleted: true }, text: `Permission ${one} is deleted.` }
  },
}
