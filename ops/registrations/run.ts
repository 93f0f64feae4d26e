import type { Change } from './difference.ts'
import type { Graph } from './graph.ts'

/** One pass over the registrations. */
export type Run = {
  graph: Graph
  /** Only look: nothing is written. */
  isWhatIf: boolean
  changes: Change[]
  /** What is there and not known here. */
  left: string[]
  /** What cannot be done yet, or not here. */
  todo: string[]
}

export const newRun = (graph: Graph, isWhatIf: boolean): Run => ({
  graph,
  isWhatIf,
  changes: [],
  left: [],
  todo: [],
})

/** Keeps what was found, for whoever reads it. */
export const tell = (run: Run, { changes = [], left = [] }: Partial<Run>): void => {
  run.changes.push(...changes)
  run.left.push(...left)
}
