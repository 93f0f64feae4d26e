import { checkRows } from './check-rows.ts'
import { realClock, virtualClock, type Clock } from './clock.ts'
import { settledMemory, watchMemory, type MostMemory } from './memory.ts'
import {
  callMeasures,
  idleCallsTarget,
  memoryTargetMb,
  outcomeMeasure,
  runMeasures,
  type Measure,
} from './report.ts'
import { rotateAll, runIdle, type RunOptions } from './run.ts'
import { openWorld, type World } from './world.ts'

export type Scenario = { title: string; measures: Measure[] }

const virtualStart = Date.parse('2026-03-01T12:00:00Z')

/** Every grant is due at once, as after an outage of ten days; then an hour in which none is. */
export const backlog = async (options: RunOptions & { isIdleToo: boolean }): Promise<Scenario> => {
  const before = settledMemory()
  const clock = virtualClock(virtualStart)
  const world = await openWorld(clock, options)
  const built = settledMemory()
  const stopWatching = watchMemory()
  const run = await rotateAll(clock, world, options)
  const most = stopWatching()
  const { grants, instances } = options
  return {
    title: `${grants} grants due at once, ${instances} instances, virtual clock (${hours(run.elapsedMs)})`,
    measures: [
      ...runMeasures(run),
      ...callMeasures(run),
      ...(options.isIdleToo ? [await idleMeasure(clock, world, options)] : []),
      ...memoryMeasures(most, built),
      {
        name: '  held by the world itself',
        measured: megabytes(Math.max(0, built.held - before.held)),
      },
      await checkRows(world),
      outcomeMeasure(run),
    ],
  }
}

/** Some minutes at the real limit: the same, by the clock on the wall. */
export const realTime = async (options: RunOptions): Promise<Scenario> => {
  const clock = realClock()
  const world = await openWorld(clock, options)
  const built = settledMemory()
  const stopWatching = watchMemory()
  const run = await rotateAll(clock, world, options)
  const { instances } = options
  return {
    title: `The same by the real clock: ${seconds(run.elapsedMs)}, ${instances} instances`,
    measures: [...runMeasures(run), ...memoryMeasures(stopWatching(), built), outcomeMeasure(run)],
  }
}

const idleMeasure = async (clock: Clock, world: World, { instances }: RunOptions) => {
  const { calls, due } = await runIdle(clock, world, instances)
  return {
    name: 'table calls of an hourly run with nothing due',
    measured: `${calls} (${due} due)`,
    target: `under ${idleCallsTarget}`,
    isMet: calls < idleCallsTarget && due === 0,
  }
}

type Memory = ReturnType<typeof settledMemory>

// The world is built before, so what comes on top is the product's, and the world's queues and clock.
const memoryMeasures = (most: MostMemory, built: Memory): Measure[] => {
  const growth = most.rss - built.rss
  return [
    {
      name: 'most memory of the process on top of the world',
      measured: megabytes(growth),
      target: `under ${memoryTargetMb} MB`,
      isMet: growth < memoryTargetMb,
    },
    {
      name: '  more held than before, without garbage',
      measured: megabytes(most.held - built.held),
    },
  ]
}

const megabytes = (count: number): string => `${count.toFixed(0)} MB`
const hours = (ms: number): string => `${(ms / 60_000).toFixed(1)} minutes`
const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} seconds`
