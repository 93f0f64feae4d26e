import { allPages } from '../rows.ts'
import { addLine, operatorLines, type OperatorCounts } from '../usage/operator-lines.ts'
import type { OperatorLine, UsageHours } from '../usage/usage-rows.ts'

type LineOf<K extends OperatorLine['kind']> = Extract<OperatorLine, { kind: K }>

/** What was done in a month, as far as it is rolled up. */
export type MonthUsage = {
  issued: LineOf<'issued'>[]
  refused: LineOf<'refused'>[]
  permissions: LineOf<'permission'>[]
  /** In order of time. */
  lockdowns: LineOf<'lockdown'>[]
  /** What was too much to list. */
  others: LineOf<'others'>[]
  /** How many hours had more records than could be counted. */
  cutHours: number
}

/** Lines of a kind that a report lists. */
const mostLines = 1000

/** Sums up the hours of a month (`YYYY-MM`, UTC). */
export const monthUsage = async (
  { month }: Pick<UsageHours, 'month'>,
  wanted: string,
): Promise<MonthUsage> => {
  const counts: OperatorCounts = new Map()
  const cut = new Set<number>()
  for await (const page of allPages((from) => month(wanted, from))) {
    for (const { hour } of page.items.filter(({ isCut }) => isCut)) cut.add(hour)
    for (const line of page.items.flatMap(({ lines }) => lines)) addLine(counts, line)
  }
  const lines = operatorLines(counts, mostLines)
  return {
    issued: lines.filter((line) => line.kind === 'issued'),
    refused: lines.filter((line) => line.kind === 'refused'),
    permissions: lines.filter((line) => line.kind === 'permission'),
    lockdowns: lines
      .filter((line) => line.kind === 'lockdown')
      .toSorted((one, other) => one.at - other.at),
    others: lines.filter((line) => line.kind === 'others'),
    cutHours: cut.size,
  }
}
