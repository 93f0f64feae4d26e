import { BrokerError } from '../broker-error.ts'
import type { Rows, Stored } from '../rows.ts'

/** The vault takes 300 new secrets in 10 seconds; rotation leaves a fifth of that to consents. */
export const slotMs = 10_000 / 240

/** From when on the next secret may be written, for all instances together. */
export type Pace = { v: 1; name: typeof paceName; nextAt: number }

export const paceName = 'pace'

export type PacePorts = {
  paces: Pick<Rows<Pace>, 'read' | 'add' | 'replace'>
  now: () => number
  wait: (ms: number) => Promise<void>
  /** From 0 to 1; another one makes runs of a test alike. */
  random?: () => number
}

// As many as an instance takes from the queue at a time (`batchSize` in host.json): each of them waits
// for a slot, so that none goes stale, and the shared row costs little beside what it paces.
const leased = 8
// Older slots are given up: what is written late comes on top of what is written in time.
const staleMs = 500
// Slots further ahead are left: together with the time for the work this must fit a handler's budget,
// and who holds a slot does not hear of a vault that throttles. Enough for 75 instances.
const longestLeadMs = 25_000
// Who waits longer gives its message back instead.
const patienceMs = 36_000
// Whoever finds the pace used up looks again at a time of its own.
const lookAgainMs = 2_000
// As many as lease at the same time at most: each lost race lets one of them through.
const tries = 20
const lostRaceMs = 50

export type TakeSlot = {
  /** Waits for this instance's next slot; throws `throttled` when it is further away than that. */
  takeSlot: (longestWaitMs?: number) => Promise<void>
  /** The vault said 429: nobody leases a slot for so long. */
  holdOff: (ms: number) => Promise<void>
}

/**
 * One pace for every instance: each leases a run of slots from a shared row by ETag, and waits for the
 * time of its slot. Together they never write more than the limit allows, however many they are.
 */
export const openPace = (ports: PacePorts): TakeSlot => {
  const { now, wait } = ports
  const { takeLeased, room } = openLeases(ports)
  let heldUntil = 0
  const next = async (deadline: number): Promise<number> => {
    const slot = takeLeased(deadline)
    if (slot === undefined) await room(deadline)
    return slot !== undefined && slot >= Math.max(heldUntil, now() - staleMs)
      ? slot
      : next(deadline)
  }
  return {
    takeSlot: async (longestWaitMs = patienceMs) => {
      const waitMs = (await next(now() + longestWaitMs)) - now()
      if (waitMs > 0) await wait(waitMs)
    },
    holdOff: async (ms) => {
      heldUntil = now() + ms
      await moved(ports, (nextAt) => (nextAt < heldUntil ? heldUntil : undefined))
    },
  }
}

/**
 * The slots that this instance has leased. When all slots of the near future are taken nobody moves the
 * row any further: it would run away from the clock, and leave the time between to nobody.
 */
const openLeases = (ports: PacePorts) => {
  const { now, wait, random = Math.random } = ports
  let slots: number[] = []
  let leasing: Promise<void> | undefined
  let fullUntil = 0
  const lease = async () => {
    const { before, isMoved } = await moved(ports, (nextAt) =>
      nextAt - now() > longestLeadMs ? undefined : nextAt + leased * slotMs,
    )
    if (isMoved) slots = Array.from({ length: leased }, (_none, index) => before + index * slotMs)
    else fullUntil = Math.max(now(), before - longestLeadMs) + random() * lookAgainMs
  }
  return {
    /** The next slot; undefined when there is none. Throws when it lies after the deadline. */
    takeLeased: (deadline: number): number | undefined => {
      const [slot] = slots
      if (slot !== undefined && slot > deadline) throw tooFar(slot - now())
      return slots.shift()
    },
    /** Leases slots, or waits until there may be some again. */
    room: async (deadline: number): Promise<void> => {
      const fullForMs = fullUntil - now()
      if (fullUntil > deadline) throw tooFar(fullForMs)
      if (fullForMs > 0) return wait(fullForMs)
      return (leasing ??= lease().finally(() => (leasing = undefined)))
    },
  }
}

type Moved = { before: number; isMoved: boolean }

/**
 * Moves the shared row on, if it is to move, and gives what it said before, or now when that is past.
 * Where the race is lost too often nothing is moved either.
 */
const moved = async (
  { paces, now, wait, random = Math.random }: PacePorts,
  move: (nextAt: number) => number | undefined,
): Promise<Moved> => {
  for (let left = tries; left > 0; left--) {
    // Whoever loses the race reads again what the winner wrote.
    // oxlint-disable-next-line no-await-in-loop
    const stored = await paces.read(paceName)
    const before = Math.max(stored?.value.nextAt ?? 0, now())
    const nextAt = move(before)
    if (nextAt === undefined) return { before, isMoved: false }
    // oxlint-disable-next-line no-await-in-loop
    if (await written(paces, stored, nextAt)) return { before, isMoved: true }
    // oxlint-disable-next-line no-await-in-loop
    await wait(random() * lostRaceMs)
  }
  return { before: now(), isMoved: false }
}

const written = async (
  paces: PacePorts['paces'],
  stored: Stored<Pace> | undefined,
  nextAt: number,
): Promise<boolean> => {
  const pace: Pace = { v: 1, name: paceName, nextAt }
  const outcome = stored ? await paces.replace(pace, stored.etag) : await paces.add(pace)
  return outcome !== 'changed'
}

const tooFar = (waitMs: number) =>
  new BrokerError('throttled', 'the pace of rotation is used up. Try again shortly', {
    reason: 'pace',
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  })
