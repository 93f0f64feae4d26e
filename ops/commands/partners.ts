import * as z from 'zod'
import type { Command } from '../command.ts'
import { given, tenant } from '../fields.ts'
import { shownList } from '../shown-list.ts'
import { shownRecord } from '../text.ts'

const columns = [
  'partner',
  'displayName',
  'status',
  'generation',
  'consentedAt',
  'rotatedAt',
  'endsAt',
  'daysLeft',
  'reason',
  'whoMustAct',
]

const schema = z.object({ '<partner>': tenant.optional(), '--status': z.string().optional() })

export const partners: Command = {
  usage: '[partner] [--status active|expiring|degraded|consent_needed|revoked]',
  does: 'lists the partners and the health of their grants, or shows one',
  options: { status: { type: 'string' } },
  run: async (call) => {
    const { '<partner>': partner, '--status': status } = given(call, ['partner'], schema)
    const api = await call.broker()
    if (partner !== undefined) {
      return shownRecord((await api.send({ path: `/manage/partners/${partner}` })).body)
    }
    const query = new URLSearchParams({ top: '1000', ...(status !== undefined && { status }) })
    return shownList(call, await api.list(`/manage/partners?${query.toString()}`), columns)
  },
}
