import type { Clock } from './clock.ts'

/** A queue whose messages are kept as one number each. */
export type NumberQueue = {
  send: (message: number, delayMs?: number) => Promise<void>
  take: (most: number) => Promise<number[]>
  /** Messages sent, and not yet taken for good. */
  sent: () => number
  length: () => number
}

const typicalMs = 10

/** Messages in order of arrival; delayed ones come in when their time has come. */
export const numberQueue = (clock: Clock, delayOf: (typicalMs: number) => number): NumberQueue => {
  const visible: number[] = []
  let first = 0
  let sent = 0
  const show = (message: number): void => void visible.push(message)
  const hide = async (message: number, delayMs: number): Promise<void> => {
    await clock.wait(delayMs)
    show(message)
  }
  return {
    send: async (message, delayMs = 0) => {
      await clock.wait(delayOf(typicalMs))
      sent++
      if (delayMs > 0) void hide(message, delayMs)
      else show(message)
    },
    take: async (most) => {
      await clock.wait(delayOf(typicalMs))
      const taken = visible.slice(first, first + most)
      first += taken.length
      if (first > 10_000) first -= visible.splice(0, first).length
      return taken
    },
    sent: () => sent,
    length: () => visible.length - first,
  }
}
