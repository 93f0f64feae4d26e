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

/** Watches the process's memory; stopping gives the most that it ever took, garbage included. */
export const watchMemory = (): (() => number) => {
  let most = process.memoryUsage.rss()
  const look = (): void => void (most = Math.max(most, process.memoryUsage.rss()))
  const timer = setInterval(look, 50).unref()
  return () => {
    clearInterval(timer)
    look()
    return most / megabyte
  }
}
