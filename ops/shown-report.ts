import * as z from 'zod'
import type { Shown } from './command.ts'
import { printable, table } from './text.ts'

const count = z.number()
const line = z.looseObject({})

const schema = z.looseObject({
  at: z.string(),
  month: z.string(),
  partners: z.looseObject({
    counted: count,
    byStatus: z.record(z.string(), count),
    isComplete: z.boolean(),
  }),
  mustAct: z.array(line),
  mustActMore: count,
  tokens: z.looseObject({
    total: count,
    issued: z.array(
      z.looseObject({
        caller: z.string(),
        audience: z.string(),
        purpose: z.string(),
        tokens: count,
      }),
    ),
    permissions: z.array(line),
    others: z.array(line),
  }),
  refusals: z.array(line),
  lockdowns: z.array(line),
  permissionsUnused: z.array(line),
  rolledUp: z.looseObject({ from: z.string().optional(), through: z.string().optional() }),
  record: z.looseObject({ keepDays: count, oldestAt: z.string().optional() }),
  warnings: z.array(z.string()),
})

export type ReportAnswer = z.output<typeof schema>

export const readReport = (body: unknown): ReportAnswer => schema.parse(body)

/** Minutes are enough for people. */
export const minute = (time: string | undefined): string =>
  time === undefined ? 'never' : `${time.slice(0, 16).replace('T', ' ')}Z`

/** The counts of the partners by status, on one line. */
export const countsLine = ({ partners }: ReportAnswer): string => {
  const counts = Object.entries(partners.byStatus).map(([status, one]) => `${one} ${status}`)
  const more = partners.isComplete ? '' : ' (not all were counted)'
  return `${partners.counted} partners${more}: ${counts.join(', ')}`
}

export const warningLines = ({ warnings }: ReportAnswer): string[] =>
  warnings.map((warning) => `WARNING: ${printable(warning)}`)

/** A month's report, narrow enough for a terminal. */
export const shownReport = (body: unknown): Shown => {
  const report = readReport(body)
  const { tokens, rolledUp, record } = report
  const sections: [string, string][] = [
    [`Tokens issued: ${tokens.total}`, issuedText(tokens.issued)],
    ['Permissions that allowed', table(tokens.permissions, ['name', 'tokens'])],
    ['Refusals', table(report.refusals, ['code', 'count'])],
    ['Lockdowns set and lifted', table(report.lockdowns.map(withMinute), lockdownColumns)],
    ['Permissions unused for 90 days', unusedText(report.permissionsUnused)],
    [`Must act${moreOf(report.mustActMore)}`, mustActText(report.mustAct)],
  ]
  const text = [
    `Report for ${report.month}, made ${minute(report.at)}`,
    `Counted from ${minute(rolledUp.from)} through ${minute(rolledUp.through)}`,
    `Oldest audit record ${minute(record.oldestAt)}; kept for ${record.keepDays} days`,
    `Now ${countsLine(report)}`,
    ...warningLines(report),
    ...sections.flatMap(([title, rows]) => ['', title, rows]),
    ...(tokens.others.length > 0 ? ['', 'Others', table(tokens.others, ['of', 'count'])] : []),
  ].join('\n')
  return { json: body, text }
}

const lockdownColumns = ['at', 'change', 'name', 'by']

const moreOf = (more: number): string => (more === 0 ? '' : ` (and ${more} more)`)

type Issued = ReportAnswer['tokens']['issued'][number]

// A caller is 73 characters: it heads its own lines.
const issuedText = (issued: Issued[]): string => {
  if (issued.length === 0) return 'none'
  const callers = [...Map.groupBy(issued, ({ caller }) => caller)].toSorted(
    ([, one], [, other]) => tokensOf(other) - tokensOf(one),
  )
  return callers
    .map(([caller, lines]) => {
      const rows = table(lines, ['tokens', 'audience', 'purpose'])
      return `${printable(caller)}: ${tokensOf(lines)}\n${indented(rows)}`
    })
    .join('\n')
}

const tokensOf = (lines: Issued[]): number => lines.reduce((sum, { tokens }) => sum + tokens, 0)

const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

const withMinute = (row: Record<string, unknown>) => ({ ...row, at: minute(textOf(row['at'])) })

const unusedText = (permissions: Record<string, unknown>[]): string =>
  table(
    permissions.map(({ lastUsedAt, changedAt, ...permission }) => ({
      ...permission,
      lastUsed: minute(textOf(lastUsedAt)),
      ...(changedAt !== undefined && { writtenLately: minute(textOf(changedAt)) }),
    })),
    ['name', 'mode', 'lastUsed', 'writtenLately'],
  )

const mustActText = (rows: Record<string, unknown>[]): string =>
  table(rows, ['daysLeft', 'status', 'partner', 'whoMustAct', 'reason'])
