import type { Grant } from '../grant.ts'
import {
  partnerHealth,
  partnerStatuses,
  type PartnerHealth,
  type PartnerStatus,
} from '../partner-health.ts'
import { compilePolicy, type PolicyRows } from '../policy.ts'
import { allPages, type Rows } from '../rows.ts'

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

export type CensusPorts = {
  grants: Pick<Rows<Grant>, 'list'>
  policy: Pick<PolicyRows, 'readAll'>
  now: () => number
}

const pageSize = 1000
const mostListed = 200
const patienceMs = 25_000

/** Counts every grant, page by page, in little memory. */
export const partnerCensus = async ({
  grants,
  policy,
  now,
}: CensusPorts): Promise<PartnerCensus> => {
  const startedAt = now()
  const { revocations } = compilePolicy(await policy.readAll())
  const census = emptyCensus()
  for await (const page of allPages((from) => grants.list({ size: pageSize, ...from }))) {
    const health = page.items.flatMap(({ value: grant }) => {
      const facts = { grant, revocation: revocations.get(grant.partner) }
      return partnerHealth(grant.partner, facts, startedAt) ?? []
    })
    addPage(census, health)
    census.isComplete = page.next === undefined
    if (now() - startedAt > patienceMs) break
  }
  return census
}

const emptyCensus = (): PartnerCensus => ({
  counted: 0,
  byStatus: Object.assign({}, ...partnerStatuses.map((status) => ({ [status]: 0 }))),
  mustAct: [],
  mustActMore: 0,
  isComplete: false,
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
