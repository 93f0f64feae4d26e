import { largest, type Counts } from './lines.ts'
import type { PartnerLine } from './usage-rows.ts'

/** The facts of a partner's line, in the order that its key needs. */
export type PartnerFacts = Omit<PartnerLine, 'tokens'>

export const partnerFacts = ({ audience, purpose, customer }: PartnerFacts): PartnerFacts => ({
  audience,
  purpose,
  ...(customer !== undefined && { customer }),
})

/** Audience and purpose of the line that sums up what was too much to list. */
export const othersName = 'others'

const othersFacts: PartnerFacts = { audience: othersName, purpose: othersName }
const othersKey = JSON.stringify(othersFacts)

/** The largest lines, and one named `others` for what is left, or was left out before. */
export const partnerLines = (counts: Counts<PartnerFacts>, most: number): PartnerLine[] => {
  const listed = new Map([...counts].filter(([key]) => key !== othersKey))
  const { kept, others } = largest(listed, most)
  const tokens = others + (counts.get(othersKey)?.count ?? 0)
  return [
    ...kept.map(({ facts, count }) => ({ ...facts, tokens: count })),
    ...(tokens > 0 ? [{ ...othersFacts, tokens }] : []),
  ]
}
