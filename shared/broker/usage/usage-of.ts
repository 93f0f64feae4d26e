import { eachOf } from '../each-of.ts'
import { dayMs, dayOf, partnerDays } from './hours.ts'
import { addTo, type Counts } from './lines.ts'
import { partnerFacts, partnerLines, type PartnerFacts } from './partner-lines.ts'
import { cursorKey, type UsageRows } from './usage-rows.ts'

/** What was done in a partner's name on one day (`YYYY-MM-DD`, UTC). */
export type UsageLine = {
  day: string
  audience: string
  purpose: string
  /** Absent: the partner's own tenant. */
  customer?: string
  tokens: number
}

/** `through`: what was issued until then is counted, in milliseconds since the epoch. */
export type Usage = { lines: UsageLine[]; through?: number }

export type UsagePorts = { usage: Pick<UsageRows, 'hours' | 'cursor'>; now: () => number }

/** How many days a partner is shown. */
export const usageDays = 30

const linesPerDay = 200
const inParallel = 8

/**
 * Tokens of the last 30 days, the latest day first. Purposes and customers are what callers wrote:
 * whoever shows them must escape them. A day of very many lines ends in one named `others`.
 */
export const usageOf = async ({ usage, now }: UsagePorts, partner: string): Promise<Usage> => {
  const days = lastDays(now(), usageDays)
  const counted = new Map<string, Counts<PartnerFacts>>()
  const countDay = async (day: string) => {
    const rows = await usage.hours.partnerDay(partner, day)
    const counts: Counts<PartnerFacts> = new Map()
    for (const { tokens, ...facts } of rows.flatMap(({ lines }) => lines)) {
      addTo(counts, partnerFacts(facts), tokens)
    }
    counted.set(day, counts)
  }
  // The cursor first: what a run adds meanwhile may be shown, but is not promised.
  const cursor = await usage.cursor.read(cursorKey)
  await eachOf(days, countDay, inParallel)
  const lines = days.flatMap((day) =>
    partnerLines(counted.get(day) ?? new Map(), linesPerDay).map((line) => ({ day, ...line })),
  )
  return { lines, ...(cursor && { through: cursor.value.through }) }
}

/** When a token was last issued for a partner, as far back as its hours are kept. */
export const lastIssuedAt = ({ usage, now }: UsagePorts, partner: string) =>
  lastIssuedIn(usage, partner, lastDays(now(), partnerDays))

// A few days at a time, since the first of them usually knows.
const lastIssuedIn = async (
  usage: UsagePorts['usage'],
  partner: string,
  days: string[],
): Promise<number | undefined> => {
  if (days.length === 0) return undefined
  const asked = days.slice(0, inParallel).map((day) => usage.hours.partnerDay(partner, day))
  const times = (await Promise.all(asked)).flat().map((row) => row.lastIssuedAt)
  return times.length > 0
    ? Math.max(...times)
    : lastIssuedIn(usage, partner, days.slice(inParallel))
}

const lastDays = (now: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => dayOf(now - index * dayMs))
