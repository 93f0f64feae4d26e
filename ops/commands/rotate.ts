import * as z from 'zod'
import type { Command } from '../command.ts'
import { given, tenant } from '../fields.ts'
import { shownRecord } from '../text.ts'

const schema = z.object({ '<partner>': tenant.optional() })

export const rotate: Command = {
  usage: '[partner]',
  does: 'rotates one partner now, due or not; without a partner does what the hourly timer does',
  options: {},
  run: async (call) => {
    const { '<partner>': partner } = given(call, ['partner'], schema)
    const api = await call.broker()
    const path = partner === undefined ? '/manage/rotation' : `/manage/partners/${partner}/rotate`
    return shownRecord((await api.send({ method: 'POST', path })).body)
  },
}
