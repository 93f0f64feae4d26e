import * as z from 'zod'
import type { Command } from '../command.ts'
import { audience, caller, given, tenant } from '../fields.ts'
import { shownRecord } from '../text.ts'

const schema = z.object({
  '--caller': caller,
  '--partner': tenant,
  '--for': audience,
  '--customer': tenant.optional(),
  '--purpose': z.string().optional(),
  '--address': z.string().optional(),
})

export const explain: Command = {
  usage:
    '--caller TENANT/CLIENT --partner TENANT --for AUDIENCE [--customer TENANT] [--purpose P] [--address IP]',
  does: 'says which permission would decide on a request, and why',
  options: {
    caller: { type: 'string' },
    partner: { type: 'string' },
    for: { type: 'string' },
    customer: { type: 'string' },
    purpose: { type: 'string' },
    address: { type: 'string' },
  },
  run: async (call) => {
    const typed = given(call, [], schema)
    const [callerTenant, clientId] = typed['--caller'].split('/')
    const body = {
      caller: { tenant: callerTenant, clientId },
      partner: typed['--partner'],
      audience: typed['--for'],
      customer: typed['--customer'],
      purpose: typed['--purpose'],
      address: typed['--address'],
    }
    const api = await call.broker()
    return shownRecord((await api.send({ method: 'POST', path: '/manage/explain', body })).body)
  },
}
