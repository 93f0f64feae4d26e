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
}

// So many slots at a time, so that the shared row costs little beside what it paces.
const leased = 24
// Slots are a second's worth: older ones are given up, or they would come in one burst.
const staleMs = 1_000
// A worker that waits longer gives its message back instead.
const longestWaitMs = 15_000
// As many workers as lease at the same time at most: each lost race lets one of them through.
const tries = 20

export type TakeSlot = {
  /** Waits for this instance's next slot; throws `throttled` when it is too far away. */
  takeSlot: () => Promise<void>
  /** The vault said 429: nobody writes for so long. */
  holdOff: (ms: number) => Promise<void>
}

/**
 * One pace for every instance: each leases a run of slots from a shared row by ETag, and waits for the
 * time of its slot. Together they start at most 240 writes in any 10 seconds, and 24 more for slots that
 * are used up to a second late, however many they are.
 */
export const openPace = (ports: PacePorts): TakeSlot => {
  let slots: number[] = []
  let leasing: Promise<void> | undefined
  let heldUntil = 0
  const lease = async () => {
    const first = await moved(ports, (nextAt) => leasedFrom(nextAt, ports.now()))
    slots = Array.from({ length: leased }, (_none, index) => first + index * slotMs)
  }
  const next = async (): Promise<number> => {
    const slot = slots.shift()
    if (slot !== undefined && slot >= ports.now() - staleMs) return slot
    if (slot === undefined) await (leasing ??= lease().finally(() => (leasing = undefined)))
    return next()
  }
  const takeSlot = async (): Promise<void> => {
    const slot = await next()
    const waitMs = slot - ports.now()
    if (waitMs > 0) await ports.wait(waitMs)
    // The vault may have said 429 meanwhile.
    if (slot < heldUntil) await takeSlot()
  }
  return {
    takeSlot,
    holdOff: async (ms) => {
      slots = []
      const until = ports.now() + ms
      heldUntil = Math.max(heldUntil, until)
      await moved(ports, (nextAt) => Math.max(nextAt, until))
    },
  }
}

// Who cannot wait so long leases nothing: or each that gives up would move the row on, faster than
// time goes by, and nobody would ever get a slot again.
const leasedFrom = (nextAt: number, now: number): number => {
  if (nextAt - now > longestWaitMs) throw tooFar(nextAt - now)
  return nextAt + leased * slotMs
}

/** Moves the shared row on and gives what it said before, or now when that is past. */
const moved = async (
  { paces, now }: PacePorts,
  move: (nextAt: number) => number,
): Promise<number> => {
  for (let left = tries; left > 0; left--) {
    // Whoever loses the race reads again what the winner wrote.
    // oxlint-disable-next-line no-await-in-loop
    const stored = await paces.read(paceName)
    const nextAt = Math.max(stored?.value.nextAt ?? 0, now())
    // oxlint-disable-next-line no-await-in-loop
    if (await written(paces, stored, move(nextAt))) return nextAt
  }
  throw tooFar(longestWaitMs)
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
