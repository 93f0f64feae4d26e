import { setImmediate as settled } from 'node:timers/promises'

export type VirtualClock = {
  now: () => number
  wait: (ms: number) => Promise<void>
  /** Lets the time pass until then, from one wait to the next. */
  runTo: (time: number) => Promise<void>
}

/** A clock that stands still while anything is under way. */
export const virtualClock = (start: number): VirtualClock => {
  let time = start
  let waiting: { at: number; go: () => void }[] = []
  return {
    now: () => time,
    wait: (ms) => new Promise((go) => void waiting.push({ at: time + Math.max(0, ms), go })),
    runTo: async (until) => {
      for (;;) {
        await settled()
        const next = waiting.reduce((least, { at }) => Math.min(least, at), Infinity)
        if (next > until) break
        time = Math.max(time, next)
        const due = waiting.filter(({ at }) => at <= time)
        waiting = waiting.filter(({ at }) => at > time)
        for (const { go } of due) go()
      }
      time = until
    },
  }
}
