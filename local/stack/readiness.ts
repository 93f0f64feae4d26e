import { setTimeout as delay } from 'node:timers/promises'

export type ReadinessOptions = {
  /** Ends the wait when the process that should answer is gone. */
  exited: Promise<number | null>
  limitMs: number
}

const pauseMs = 50
const callLimitMs = 10_000

/** Waits until `GET url` answers 200; throws with the last answer when it does not in time. */
export const waitUntilReady = async (url: string, options: ReadinessOptions): Promise<void> => {
  const endsAt = Date.now() + options.limitMs
  for (;;) {
    const answer = await ask(url)
    if (answer === 'ready') return
    if (Date.now() > endsAt) throw new Error(`${url} ${answer}`)
    const isGone = await Promise.race([options.exited.then(() => true), delay(pauseMs, false)])
    if (isGone) throw new Error(`${url} ${answer}: its process is gone`)
  }
}

const ask = async (url: string): Promise<string> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(callLimitMs) })
    await answer.body?.cancel()
    return answer.status === 200 ? 'ready' : `answers ${answer.status}`
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return `does not answer: ${String(cause)}`
  }
}
