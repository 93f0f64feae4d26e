import type { Clock } from './clock.ts'
import { openInstance, type Tally } from './instance.ts'
import type { World, WorldSize } from './world.ts'

export type RunOptions = WorldSize & {
  instances: number
  /** Stops after so long although grants are left; without it when all are rotated. */
  forMs?: number
}

const hourMs = 3600_000
const settledAfterMs = 10_000

/** What one run came to. Times in milliseconds. */
export type Run = {
  rotated: number
  elapsedMs: number
  refusedByVault: number
  tableCalls: number
  tableCallsByKind: ReadonlyMap<string, number>
  redemptions: number
  tally: Tally
}

/** The hourly timer fires and fires again, until every grant is rotated. */
export const rotateAll = async (clock: Clock, world: World, options: RunOptions): Promise<Run> => {
  const tally: Tally = new Map()
  const startedAt = clock.now()
  const endsAt = startedAt + (options.forMs ?? Number.POSITIVE_INFINITY)
  const isOver = () => world.vault.seen.writes >= options.grants || clock.now() >= endsAt
  const instances = Array.from({ length: options.instances }, () => openInstance(world, tally))
  const tick = async (): Promise<void> => {
    await instances[0]?.startRun()
    await clock.wait(hourMs)
    if (!isOver()) await tick()
  }
  void tick()
  for (const instance of instances) instance.run(isOver)
  await clock.runUntil(isOver)
  const rotated = world.vault.seen.writes
  const elapsedMs = clock.now() - startedAt
  // What is under way is finished, so that every row can be looked at.
  const settledAt = clock.now() + settledAfterMs
  void clock.wait(settledAfterMs)
  await clock.runUntil(() => clock.now() >= settledAt)
  return { rotated, elapsedMs, tally, ...countsOf(world) }
}

const countsOf = ({ vault, tables, outside }: World) => ({
  refusedByVault: vault.seen.refused,
  tableCalls: tables.total(),
  tableCallsByKind: tables.counts(),
  redemptions: outside.seen.redemptions,
})

/** One hourly run in which nothing is due; gives the calls to tables that it took. */
export const runIdle = async (
  clock: Clock,
  world: World,
  instances: number,
): Promise<{ calls: number; due: number }> => {
  const tally: Tally = new Map()
  const [callsBefore, sentBefore] = [world.tables.total(), world.queues.partners.sent()]
  const endsAt = clock.now() + hourMs
  const opened = Array.from({ length: instances }, () => openInstance(world, tally))
  for (const instance of opened) instance.run(() => clock.now() >= endsAt)
  void opened[0]?.startRun()
  void clock.wait(hourMs)
  await clock.runUntil(() => clock.now() >= endsAt)
  return {
    calls: world.tables.total() - callsBefore,
    due: world.queues.partners.sent() - sentBefore,
  }
}
