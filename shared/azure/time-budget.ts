import { AsyncLocalStorage } from 'node:async_hooks'

const deadlines = new AsyncLocalStorage<number>()

/**
 * Runs one request, or a piece of work that outlives one, within a time budget of its own: every
 * call to a dependency beneath it, retries and waits included, must fit.
 */
export const withinBudget = <T>(budgetMs: number, run: () => T): T =>
  deadlines.run(performance.now() + budgetMs, run)

/** What is left of the budget; without one there is no end. */
export const timeLeftMs = (): number =>
  (deadlines.getStore() ?? Number.POSITIVE_INFINITY) - performance.now()

/** There was no answer in the time that was given. */
export const isTimeOut = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.name === 'TimeoutError'

/**
 * Gives up waiting after `timeoutMs`, whether or not the call heeds its signal. (Timers of our own
 * instead of `AbortSignal.timeout`: they are cleared as soon as the answer is there.)
 */
export const inTime = async <T>(
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException('there was no answer in time', 'TimeoutError')
      reject(error)
      controller.abort(error)
    }, timeoutMs)
  })
  try {
    return await Promise.race([call(controller.signal), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
