import { setImmediate } from 'node:timers/promises'
import { timerHeap } from './timer-heap.ts'

/** The time that the product and its surroundings live by. */
export type Clock = {
  now: () => number
  wait: (ms: number) => Promise<void>
  /** Real work, such as encrypting: a virtual clock stands still meanwhile. */
  working: <T>(work: Promise<T>) => Promise<T>
  /** Lets time pass until it is over. */
  runUntil: (isOver: () => boolean) => Promise<void>
}

/** Time that jumps to whatever is next, as soon as nobody has anything left to do now. */
export const virtualClock = (start: number): Clock => {
  let now = start
  let atWork = 0
  const timers = timerHeap()
  const settle = async (): Promise<void> => {
    do await setImmediate()
    while (atWork > 0)
  }
  return {
    now: () => now,
    wait: (ms) =>
      new Promise((wake) => {
        // Whole milliseconds, as timers have: what is due together runs together.
        timers.add({ at: Math.ceil(now + Math.max(0, ms)), wake })
      }),
    working: async (work) => {
      atWork++
      try {
        return await work
      } finally {
        atWork--
      }
    },
    runUntil: async (isOver) => {
      await settle()
      while (!isOver()) {
        const due = timers.takeNext()
        if (due.length === 0) throw new Error('nobody waits for anything, and it is not over')
        now = due[0]?.at ?? now
        for (const { wake } of due) wake()
        // One step of time after the other.
        // oxlint-disable-next-line no-await-in-loop
        await settle()
      }
    },
  }
}

/** Time as it is. */
export const realClock = (): Clock => {
  const wait = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms))
  return {
    now: () => Date.now(),
    wait,
    working: (work) => work,
    runUntil: async (isOver) => {
      // oxlint-disable-next-line no-await-in-loop
      while (!isOver()) await wait(20)
    },
  }
}

