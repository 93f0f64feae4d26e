import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Clock } from './clock.ts'
import type { NumberQueue } from './queue.ts'

const hostJson = z.object({
  extensions: z.object({
    queues: z.object({
      batchSize: z.int(),
      newBatchThreshold: z.int(),
      visibilityTimeout: z
        .string()
        .transform((text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0))
        .transform((seconds) => seconds * 1000),
    }),
  }),
})

/** What host.json allows each instance to handle at a time of each queue. */
export const queueSettings = hostJson.parse(
  JSON.parse(readFileSync(new URL('../../host.json', import.meta.url), 'utf8')),
).extensions.queues

export const handlersPerInstance = queueSettings.batchSize + queueSettings.newBatchThreshold

const idleMs = { first: 100, longest: 5_000 }

type Handling = {
  clock: Clock
  queue: NumberQueue
  handle: (message: number) => Promise<unknown>
  /** A handler threw: the message is delivered again. */
  onFailed: () => void
  isOver: () => boolean
}

/**
 * Handles messages as the Functions host does: fetches a batch as soon as no more than the threshold
 * is being handled, and looks less and less often when there is nothing.
 */
export const handleQueue = async (handling: Handling): Promise<void> => {
  const { clock, queue, isOver } = handling
  const atWork = new Set<Promise<void>>()
  let idle = idleMs.first
  while (!isOver()) {
    // oxlint-disable-next-line no-await-in-loop
    const batch = await queue.take(queueSettings.batchSize)
    for (const message of batch) {
      const run = handled(handling, message).finally(() => atWork.delete(run))
      atWork.add(run)
    }
    idle = batch.length > 0 ? idleMs.first : Math.min(idle * 2, idleMs.longest)
    // oxlint-disable-next-line no-await-in-loop
    if (batch.length === 0) await clock.wait(idle)
    // oxlint-disable-next-line no-await-in-loop
    while (atWork.size > queueSettings.newBatchThreshold) await Promise.race(atWork)
  }
}

const handled = async ({ queue, handle, onFailed }: Handling, message: number): Promise<void> => {
  try {
    await handle(message)
  } catch {
    onFailed()
    await queue.send(message, queueSettings.visibilityTimeout)
  }
}
