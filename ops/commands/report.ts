import * as z from 'zod'
import type { BrokerApi } from '../broker-api.ts'
import type { Command, Shown } from '../command.ts'
import { count, given } from '../fields.ts'
import { byUrgency, healthLines, readHealth } from '../shown-health.ts'
import { countsLine, minute, readReport, shownReport, warningLines } from '../shown-report.ts'

const schema = z.object({
  '--month': z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, { error: 'must be YYYY-MM' })
    .optional(),
  '--most': count.default(1000),
})

const thisMonth = () => new Date().toISOString().slice(0, 7)

export const report: Command = {
  usage: '[--month [YYYY-MM]] [--most N]',
  does: 'tells the truth about each grant, the most urgent first; or what an auditor asks of a month (in UTC, without one this month)',
  options: { month: { type: 'string' }, most: { type: 'string' } },
  omittable: { month: { fits: /^[^-]/, value: thisMonth } },
  run: async (call) => {
    const { '--month': month, '--most': most } = given(call, [], schema)
    const api = await call.broker()
    if (month === undefined) return grantsNow(api, most)
    return shownReport((await api.send({ path: `/manage/report?month=${month}` })).body)
  },
}

/** More grants than anybody reads: the counts and the most urgent come from the report. */
const mostGrants = 100_000

const grantsNow = async (api: BrokerApi, most: number): Promise<Shown> => {
  const { body } = await api.send({ path: '/manage/report' })
  const told = readReport(body)
  const listed = await api.list('/manage/partners?top=1000', mostGrants)
  const grants = listed.value.map(readHealth).toSorted(byUrgency)
  const shown = grants.slice(0, most)
  const left = grants.length - shown.length
  const text = [
    countsLine(told),
    `Use is counted through ${minute(told.rolledUp.through)}`,
    ...warningLines(told),
    '',
    ...healthLines(shown),
    ...(left > 0 || listed.more ? ['', `There are more: --most shows more than ${most}.`] : []),
  ].join('\n')
  const { partners, rolledUp, record, warnings } = told
  return { json: { partners, grants: shown, more: left > 0, rolledUp, record, warnings }, text }
}
