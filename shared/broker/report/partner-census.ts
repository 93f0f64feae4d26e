import type { Grant } from '../grant.ts'
import {
  partnerHealth,
  partnerStatuses,
  type PartnerHealth,
  type PartnerStatus,
} from '../partner-health.ts'
import { compilePolicy, type PolicyRows } from '../policy.ts'
import { allPages, type Page, type Stored } from '../rows.ts'
import { eachOf } from '../each-of.ts'

/** How the partners fare now. */
export type PartnerCensus = {
  counted: number
  byStatus: Record<PartnerStatus, number>
  /** Those for whom somebody must act, the most urgent first. */
  mustAct: PartnerHealth[]
  /** How many more there are than are listed. */
  mustActMore: number
  /** False when there were too many to count in the time that was given. */
  isComplete: boolean
}

/** Shards from `from` on, up to but not including `before`. */
export type ShardRange = { from: string; before: string }

/** One page of the grants of a range of shards. */
export type ListShards = (
  range: ShardRange,
  page: { after?: string; size: number },
) => Promise<Page<Stored<Grant>>>

export type CensusPorts = {
  listShards: ListShards
  policy: Pick<PolicyRows, 'readAll'>
  now: () => number
}

const pageSize = 1000
const mostListed = 200
const patienceMs = 25_000
const inParallel = 4

// Read one after the other, a hundred pages take too long; one by one, 256 shards too many calls.
const digits = 16
const ranges: readonly ShardRange[] = Array.from({ length: digits }, (_none, digit) => ({
  from: digit.toString(digits),
  before: digit + 1 < digits ? (digit + 1).toString(digits) : 'g',
}))

/** Counts every grant, page by page, in little memory. */
export const partnerCensus = async (ports: CensusPorts): Promise<PartnerCensus> => {
  const { listShards, policy, now } = ports
  const startedAt = now()
  const { revocations } = compilePolicy(await policy.readAll())
  const census = emptyCensus()
  const countRange = async (range: ShardRange): Promise<void> => {
    const list = (from: { after?: string }) => listShards(range, { size: pageSize, ...from })
    for await (const page of allPages(list)) {
      const health = page.items.flatMap(({ value: grant }) => {
        const facts = { grant, revocation: revocations.get(grant.partner) }
        return partnerHealth(grant.partner, facts, startedAt) ?? []
      })
      addPage(census, health)
      if (page.next === undefined || now() - startedAt <= patienceMs) continue
      census.isComplete = false
      return
    }
  }
  await eachOf(ranges, countRange, inParallel)
  return census
}

const emptyCensus = (): PartnerCensus => ({
  counted: 0,
  byStatus: Object.assign({}, ...partnerStatuses.map((status) => ({ [status]: 0 }))),
  mustAct: [],
  mustActMore: 0,
  isComplete: true,
})

const addPage = (census: PartnerCensus, page: PartnerHealth[]): void => {
  census.counted += page.length
  for (const { status } of page) census.byStatus[status]++
  const urgent = [...census.mustAct, ...page.filter(mustBeActedOn)].toSorted(byUrgency)
  census.mustAct = urgent.slice(0, mostListed)
  census.mustActMore += urgent.length - census.mustAct.length
}

// A grant that was revoked on purpose waits for nobody.
const mustBeActedOn = ({ status, whoMustAct }: PartnerHealth): boolean =>
  whoMustAct !== 'nobody' && status !== 'revoked'

/** What ended, or will end, first comes first. */
export const byUrgency = (one: PartnerHealth, other: PartnerHealth): number =>
  (one.endsAt ?? Infinity) - (other.endsAt ?? Infinity) || (one.partner < other.partner ? -1 : 1)
