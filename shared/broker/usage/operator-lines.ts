import { addTo, largest, type Counts } from './lines.ts'
import type { OperatorFacts, OperatorKind, OperatorLine } from './usage-rows.ts'

export type OperatorCounts = Counts<OperatorFacts>

/** Adds a line that was counted before. */
export const addLine = (counts: OperatorCounts, { count, ...facts }: OperatorLine): void =>
  addTo(counts, facts, count)

const kinds: readonly OperatorKind[] = ['issued', 'refused', 'permission', 'lockdown']

/** The largest lines of each kind, and a line `others` for each kind that had more. */
export const operatorLines = (counts: OperatorCounts, mostOfKind: number): OperatorLine[] => {
  const others = ofKind(counts, 'others')
  const kept = kinds.flatMap((kind) => {
    const found = largest(ofKind(counts, kind), mostOfKind)
    if (found.others > 0) addTo(others, { kind: 'others', of: kind }, found.others)
    return found.kept
  })
  return [...kept, ...largest(others, kinds.length).kept].map(({ facts, count }) => ({
    ...facts,
    count,
  }))
}

// Copies, so that summing up changes nothing that is still counted.
const ofKind = (counts: OperatorCounts, kind: OperatorFacts['kind']): OperatorCounts =>
  new Map(
    [...counts]
      .filter(([, { facts }]) => facts.kind === kind)
      .map(([key, counted]) => [key, { ...counted }]),
  )
