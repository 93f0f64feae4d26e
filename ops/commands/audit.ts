import * as z from 'zod'
import type { Command } from '../command.ts'
import { caller, count, given, moment, tenant } from '../fields.ts'
import { shownList } from '../shown-list.ts'

const columns = [
  'at',
  'kind',
  'outcome',
  'callerId',
  'personId',
  'partner',
  'customer',
  'audience',
  'purpose',
  'permission',
  'address',
  'code',
  'reason',
  'action',
  'target',
  'correlationId',
]

const schema = z.object({
  '--from': moment.optional(),
  '--to': moment.optional(),
  '--partner': tenant.optional(),
  '--caller': caller.optional(),
  '--correlation': z.string().optional(),
  '--most': count.default(1000),
})

const dayMs = 86_400_000

export const audit: Command = {
  usage:
    '[--from TIME] [--to TIME] [--partner TENANT] [--caller TENANT/CLIENT] [--correlation ID] [--most N]',
  does: 'lists audit records of the last day, or of a time: ISO 8601, or ago (90m, 36h, 7d)',
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    partner: { type: 'string' },
    caller: { type: 'string' },
    correlation: { type: 'string' },
    most: { type: 'string' },
  },
  run: async (call) => {
    const typed = given(call, [], schema)
    const to = typed['--to'] ?? new Date().toISOString()
    const query = new URLSearchParams({
      from: typed['--from'] ?? new Date(Date.parse(to) - dayMs).toISOString(),
      to,
      ...(typed['--partner'] !== undefined && { partner: typed['--partner'] }),
      ...(typed['--caller'] !== undefined && { caller: typed['--caller'] }),
      ...(typed['--correlation'] !== undefined && { correlation: typed['--correlation'] }),
    })
    const api = await call.broker()
    const listed = await api.list(`/manage/audit?${query.toString()}`, typed['--most'])
    return shownList(call, listed, columns)
  },
}
