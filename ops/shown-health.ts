import * as z from 'zod'
import { printable } from './text.ts'

const text = z.string().optional()

const schema = z.looseObject({
  partner: z.string(),
  status: z.string(),
  whoMustAct: z.string(),
  displayName: text,
  daysLeft: z.number().optional(),
  endsAt: text,
  endsBecause: text,
  reason: text,
  rotatedAt: text,
  lastFailure: z
    .looseObject({ at: z.string(), reason: z.string(), errorCodes: z.array(z.number()) })
    .optional(),
})

/** A grant as `GET /manage/partners` tells of it. */
export type Health = z.output<typeof schema>

export const readHealth = (value: unknown): Health => schema.parse(value)

// What is broken before what will break, and what was revoked on purpose at the end.
const ranks = ['consent_needed', 'expiring', 'degraded', 'active', 'revoked']

/** The most urgent first. */
export const byUrgency = (one: Health, other: Health): number =>
  rankOf(one) - rankOf(other) || (endOf(one) < endOf(other) ? -1 : 1)

const rankOf = ({ status }: Health): number => ranks.indexOf(status)
const endOf = ({ endsAt = '9' }: Health): string => endsAt

const day = (time: string | undefined): string => time?.slice(0, 10) ?? '-'

const columns: [string, number][] = [
  ['status', 14],
  ['days', 4],
  ['partner', 36],
  ['last success', 12],
]

const cells = (values: string[]): string =>
  values
    .map((value, index) => printable(value).padEnd(columns[index]?.[1] ?? 0))
    .join('  ')
    .trimEnd()

/**
 * A line for each grant, and beneath it what is wrong, one thing a line: none is wider than a
 * terminal, since neither names nor reasons have a width of their own.
 */
export const healthLines = (grants: readonly Health[]): string[] =>
  grants.length === 0
    ? ['none']
    : [cells(columns.map(([name]) => name)), ...grants.flatMap(linesOf)]

const linesOf = (health: Health): string[] => {
  const { status, daysLeft, partner, rotatedAt, displayName } = health
  const days = daysLeft === undefined ? '-' : String(daysLeft)
  const beneath = [displayName, demandOf(health), failureOf(health)]
    .filter((line) => line !== undefined)
    .map((line) => `    ${narrow(printable(line))}`)
  return [cells([status, days, partner, day(rotatedAt)]), ...beneath]
}

const widest = 76

const narrow = (line: string): string =>
  line.length > widest ? `${line.slice(0, widest - 1)}…` : line

const demandOf = (health: Health): string | undefined => {
  const { status, whoMustAct, reason } = health
  const isWaiting = whoMustAct !== 'nobody' && status !== 'revoked'
  const parts = [isWaiting ? `${whoMustAct} must act` : undefined, reason ?? endReason(health)]
  const said = parts.filter((part) => part !== undefined)
  return said.length > 0 ? said.join(': ') : undefined
}

const endReason = ({ status, endsBecause, endsAt }: Health): string | undefined =>
  status === 'active' || endsBecause === undefined ? undefined : `${endsBecause} ${day(endsAt)}`

const failureOf = ({ lastFailure }: Health): string | undefined =>
  lastFailure &&
  [
    `last failure ${day(lastFailure.at)}:`,
    lastFailure.reason,
    ...lastFailure.errorCodes.map((code) => `AADSTS${code}`),
  ].join(' ')
