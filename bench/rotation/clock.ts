import { setImmediate } from 'node:timers/promises'

/** The time that the product and its surroundings live by. */
export type Clock = {
  now: () => number
  wait: (ms: number) => Promise<void>
  /** Real work, such as encrypting: a virtual clock stands still meanwhile. */
  working: <T>(work: Promise<T>) => Promise<T>
  /** Lets time pass until it is over. */
  runUntil: (isOver: () => boolean) => Promise<void>
}

/** Time that moves on to whatever is next, as soon as nobody has anything left to do now. */
export const virtualClock = (start: number): Clock => {
  let now = start
  const { working, workDone } = realWork()
  // By the whole millisecond, as timers are: what is due together runs together.
  const waiting = new Map<number, (() => void)[]>()
  const step = (): void => {
    if (waiting.size === 0) throw new Error('nobody waits for anything, and it is not over')
    while (!waiting.has(now)) now++
    const due = waiting.get(now) ?? []
    waiting.delete(now)
    for (const wake of due) wake()
  }
  return {
    now: () => now,
    wait: (ms) =>
      new Promise((wake) => {
        const at = Math.ceil(now + Math.max(0, ms))
        waiting.set(at, [...(waiting.get(at) ?? []), wake])
      }),
    working,
    runUntil: async (isOver) => {
      await workDone()
      while (!isOver()) {
        step()
        // One moment after the other.
        // oxlint-disable-next-line no-await-in-loop
        await workDone()
      }
    },
  }
}

const realWork = () => {
  const atWork = new Set<Promise<unknown>>()
  const workDone = async (): Promise<void> => {
    await setImmediate()
    if (atWork.size === 0) return
    await Promise.allSettled(atWork)
    await workDone()
  }
  const working = <T>(work: Promise<T>): Promise<T> => {
    atWork.add(work)
    return work.finally(() => atWork.delete(work))
  }
  return { working, workDone }
}

const reallyWait = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms))

/** Time as it is. */
export const realClock = (): Clock => ({
  now: () => Date.now(),
  wait: reallyWait,
  working: (work) => work,
  runUntil: async (isOver) => {
    // oxlint-disable-next-line no-await-in-loop
    while (!isOver()) await reallyWait(20)
  },
})
