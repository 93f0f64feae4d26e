import * as z from 'zod'
import { auditTable } from '../audit-table.ts'
import type { Command } from '../command.ts'
import { wronglyTyped } from '../failure.ts'
import { given, moment } from '../fields.ts'

const schema = z.object({
  '--before': moment,
  '--tables-url': z
    .url({ protocol: /^https$/, error: 'must be the table endpoint, https://...' })
    .optional(),
})

export const auditPurge: Command = {
  usage: '--before DATE --tables-url URL',
  does: 'deletes audit records from before a day or time, on the table itself and as yourself',
  options: { before: { type: 'string' }, 'tables-url': { type: 'string' } },
  run: async (call) => {
    const typed = given(call, [], schema)
    const before = new Date(typed['--before'])
    if (before.getTime() > Date.now()) throw wronglyTyped('--before must not be in the future')
    const table = await auditTable(call, typed['--tables-url'])
    const { records, oldest } = await table.countBefore(before)
    if (records === 0) return { json: { deleted: 0 }, text: 'There are none from before that.' }
    await call.ask(
      `Delete ${records} audit records from before ${before.toISOString()} (the oldest is of ${oldest})? They cannot be brought back.`,
    )
    const deleted = await table.deleteBefore(before, (sofar) => call.say(`${sofar} deleted`))
    return { json: { deleted }, text: `${deleted} audit records are deleted.` }
  },
}
