import { BrokerError } from '../broker-error.ts'
import { moved, type PaceRowPorts } from './pace-row.ts'

/** The vault takes 300 new secrets in 10 seconds; rotation leaves a fifth of that to consents. */
export const slotMs = 10_000 / 240

export type PacePorts = PaceRowPorts & {
  wait: (ms: number) => Promise<void>
  /** How long the work at hand may wait, with time left to finish; as long as any where absent. */
  patienceMs?: () => number
}

// So few at a time that an instance uses them up at once, and so many that the shared row costs little
// beside what it paces.
const leased = 8
// Slots are given up when they are older, or they would come in one burst.
const staleMs = 500
// Nobody leases slots further ahead. Room for the 24 workers of each of 42 instances: whoever finds
// none has redeemed at Entra for nothing.
const longestLeadMs = 42_000
// A worker waits no longer, for all that it does must fit `functionTimeout`. One that finds no room
// keeps its place until then, for the next message would find none either.
const longestWaitMs = 45_000
// Whoever finds no room looks again at a time of its own.
const lookAgainMs = 2_000
// Who can do without a slot waits for none but the next, and does not fight for it.
const spareMs = 250
const spareTries = 3

export type TakeSlot = {
  /** Waits for this instance's next slot; throws `throttled` when there is none for too long. */
  takeSlot: () => Promise<void>
  /** A slot that nobody waits for, for work that the timer does as well; false when there is none. */
  takeSpareSlot: () => Promise<boolean>
  /** The vault said 429: nobody writes for so long. */
  holdOff: (ms: number) => Promise<void>
}

/**
 * One pace for every instance: each leases a run of slots from a shared row by ETag, and waits for the
 * time of its slot. Together they start at most 240 writes in any 10 seconds, and 12 more for slots that
 * are used up to half a second late, however many they are.
 */
export const openPace = ({ wait: waitFor, ...ports }: PacePorts): TakeSlot => {
  const { now, patienceMs = () => longestWaitMs } = ports
  // Slots lie between milliseconds: no clock shows a part of one, and none may be used too early.
  const wait = (ms: number) => waitFor(Math.ceil(ms))
  const leases = openLeases({ ...ports, wait })
  let heldUntil = 0
  const next = async (deadline: number): Promise<number> => {
    const slot = leases.take(deadline)
    if (slot !== undefined && slot >= now() - staleMs) return slot
    if (slot === undefined) await leases.renew(deadline)
    return next(deadline)
  }
  const takeBy = async (deadline: number): Promise<void> => {
    const slot = await next(deadline)
    const waitMs = slot - now()
    if (waitMs > 0) await wait(waitMs)
    // The vault may have said 429 meanwhile.
    if (slot < heldUntil) await takeBy(deadline)
  }
  return {
    takeSlot: () => takeBy(now() + Math.min(longestWaitMs, patienceMs())),
    takeSpareSlot: async () => {
      if (now() < heldUntil) return false
      const latest = () => now() + spareMs
      const move = (nextAt: number) => (nextAt > latest() ? undefined : nextAt + slotMs)
      const slot = await moved(ports, move, spareTries)
      if (slot.isMoved && slot.before > now()) await wait(slot.before - now())
      return slot.isMoved
    },
    holdOff: async (ms) => {
      leases.drop()
      const until = now() + ms
      heldUntil = Math.max(heldUntil, until)
      await moved(ports, (nextAt) => Math.max(nextAt, until))
    },
  }
}

/** The slots that this instance has leased; its workers lease as one. */
const openLeases = (ports: PacePorts) => {
  const { now, wait } = ports
  let slots: number[] = []
  let leasing: Promise<void> | undefined
  let fullUntil = 0
  const lease = async (deadline: number): Promise<void> => {
    const latest = () => Math.min(now() + longestLeadMs, deadline)
    const { before, isMoved } = await moved(ports, (nextAt) => leasedFrom(nextAt, latest()))
    if (isMoved) slots = Array.from({ length: leased }, (_none, index) => before + index * slotMs)
    else fullUntil = Math.max(now(), before - longestLeadMs) + Math.random() * lookAgainMs
  }
  return {
    /** The next slot; undefined when there is none. One after the deadline is left to another worker. */
    take: (deadline: number): number | undefined => {
      const [slot] = slots
      if (slot !== undefined && slot > deadline) throw tooFar(slot - now())
      return slots.shift()
    },
    drop: (): void => void (slots = []),
    /** Leases slots, or waits until there may be room for that again. */
    renew: async (deadline: number): Promise<void> => {
      const waitMs = Math.min(fullUntil, deadline) - now()
      if (waitMs > 0) await wait(waitMs)
      if (fullUntil >= deadline) throw tooFar(fullUntil - deadline)
      await (leasing ??= lease(deadline).finally(() => (leasing = undefined)))
    },
  }
}

// Where there is no room nobody moves the row on: it would run away faster than time goes by.
const leasedFrom = (nextAt: number, latest: number): number | undefined =>
  nextAt > latest ? undefined : nextAt + leased * slotMs

const tooFar = (waitMs: number) =>
  new BrokerError('throttled', 'the pace of rotation is used up. Try again shortly', {
    reason: 'pace',
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  })
