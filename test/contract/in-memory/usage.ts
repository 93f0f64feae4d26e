import { dayOf, monthOf } from '../../../shared/broker/usage/hours.ts'
import {
  cursorKey,
  type OperatorHour,
  type PartnerHour,
  type PermissionUse,
  type UsageCursor,
  type UsageRows,
} from '../../../shared/broker/usage/usage-rows.ts'
import type { Rows } from '../../../shared/broker/rows.ts'
import { inMemoryRows, type WriteHooks } from './rows.ts'

export type InMemoryUsage = UsageRows & {
  cursor: Rows<UsageCursor>
  permissionUses: Rows<PermissionUse>
}

type HourRow = { hour: number; part: number }

/** What is rolled up, in memory; each row of an hour is a write of its own. */
export const inMemoryUsage = (hooks: WriteHooks = {}): InMemoryUsage => {
  const partners = new Map<string, PartnerHour>()
  const operators = new Map<string, OperatorHour>()
  const put = async <T extends HourRow>(rows: Map<string, T>, prefix: string, row: T) => {
    const key = `${prefix}${new Date(row.hour).toISOString()}-${row.part}`
    await hooks.beforeWrite?.({ verb: 'replace', key })
    rows.set(key, structuredClone(row))
    await hooks.afterWrite?.({ verb: 'replace', key })
  }
  return {
    hours: {
      putPartnerHours: async (rows) => {
        for (const row of rows) await put(partners, `${row.partner} `, row)
      },
      putOperatorHours: async (rows) => {
        for (const row of rows) await put(operators, '', row)
      },
      partnerDay: async (partner, day) =>
        copies(partners).filter((row) => row.partner === partner && dayOf(row.hour) === day),
      month: async (month, { after = '0' }) => {
        const fitting = copies(operators).filter(({ hour }) => monthOf(hour) === month)
        const next = Number(after) + 2
        const items = fitting.slice(Number(after), next)
        return next < fitting.length ? { items, next: String(next) } : { items }
      },
      purge: async ({ day, month }, most) => {
        const old = [
          ...olderIn(partners, ({ hour }) => dayOf(hour) < day),
          ...olderIn(operators, ({ hour }) => monthOf(hour) < month),
        ]
        for (const remove of old.slice(0, most)) remove()
        return old.length > most ? 'more' : 'done'
      },
    },
    cursor: inMemoryRows(() => cursorKey, hooks),
    permissionUses: inMemoryRows(({ name }) => name, hooks),
  }
}

const copies = <T>(rows: Map<string, T>): T[] =>
  structuredClone([...rows].toSorted(([one], [other]) => (one < other ? -1 : 1))).map(
    ([, row]) => row,
  )

const olderIn = <T>(rows: Map<string, T>, isOld: (row: T) => boolean) =>
  [...rows]
    .filter(([, row]) => isOld(row))
    .map(
      ([key]) =>
        () =>
          rows.delete(key),
    )
