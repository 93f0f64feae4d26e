import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

const megabyte = 2 ** 20

/** What the process holds once all that is garbage is gone, in megabytes. */
export const settledMemory = (): { rss: number; held: number } => {
  if (typeof collect === 'function') collect()
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  return { rss: rss / megabyte, held: (heapUsed + arrayBuffers) / megabyte }
}

export type MostMemory = { held: number; rss: number }

const lookEveryMs = 500

/**
 * Watches the process's memory; stopping gives the most that was held at any look, and the most that the
 * process took. Garbage is collected at each look: when V8 does so by itself says nothing of the product.
 */
export const watchMemory = (): (() => MostMemory) => {
  const most: MostMemory = { held: 0, rss: 0 }
  const look = (): void => {
    most.rss = Math.max(most.rss, process.memoryUsage.rss() / megabyte)
    most.held = Math.max(most.held, settledMemory().held)
  }
  const timer = setInterval(look, lookEveryMs).unref()
  return () => {
    clearInterval(timer)
    look()
    return most
  }
}
