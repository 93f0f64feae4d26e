import type { SendEvents } from '../broker-event.ts'
import type { Rows } from '../rows.ts'

/** What the timer leaves behind, so that its silence is heard. Times in milliseconds since the epoch. */
export type Heartbeat = {
  v: 1
  name: typeof heartbeatName
  /** When the timer last ran, or when somebody first looked and found that it never had. */
  at: number
  /** Since when it is told that rotation stands still. */
  stalledAt?: number
  /** The end of our own credential that was last told, and its nearest milestone. */
  credentialEndsAt?: number
  credentialToldDays?: number
}

export const heartbeatName = 'heartbeat'

const intervalMs = 3600_000
/** Two intervals missed, and some minutes for a timer that is late. */
export const stalledAfterMs = 2 * intervalMs + 10 * 60_000

export const isStalled = ({ at }: Pick<Heartbeat, 'at'>, now: number): boolean =>
  now - at > stalledAfterMs

export type HeartbeatPorts = {
  heartbeats: Pick<Rows<Heartbeat>, 'read' | 'add' | 'replace'>
  now: () => number
}

// Beside a run there are those who look and tell; each of them writes once.
const tries = 10

/** The timer ran. Who writes at the same time may only have told that it did not: the beat goes on top. */
export const beat = async ({ heartbeats, now }: HeartbeatPorts): Promise<void> => {
  for (let left = tries; left > 0; left--) {
    // Each try reads what the winner of the race before it wrote.
    // oxlint-disable-next-line no-await-in-loop
    const stored = await heartbeats.read(heartbeatName)
    const { stalledAt: _over, ...kept } = stored?.value ?? first(now())
    const value: Heartbeat = { ...kept, at: now() }
    const written = stored ? heartbeats.replace(value, stored.etag) : heartbeats.add(value)
    // oxlint-disable-next-line no-await-in-loop
    if ((await written) !== 'changed') return
  }
}

const first = (at: number): Heartbeat => ({ v: 1, name: heartbeatName, at })

type WatchPorts = HeartbeatPorts & {
  sendEvents: SendEvents
  alarm: (name: string, facts: Record<string, string | number>) => void
}

/**
 * Looks whether the timer still runs, and tells once when it does not. Any instance may look: one that
 * only issues notices it too. The first look starts the clock of a timer that never ran.
 */
export const watchHeartbeat = async (ports: WatchPorts): Promise<{ isStalled: boolean }> => {
  const { heartbeats, now } = ports
  const stored = await heartbeats.read(heartbeatName)
  if (!stored) await heartbeats.add(first(now()))
  if (!stored || !isStalled(stored.value, now())) return { isStalled: false }
  if (stored.value.stalledAt === undefined) await tellStalled(ports, stored)
  return { isStalled: true }
}

// The event first: a crash before the mark sends it twice, the same to the letter.
const tellStalled = async (
  { heartbeats, sendEvents, alarm, now }: WatchPorts,
  { value, etag }: { value: Heartbeat; etag: string },
): Promise<void> => {
  const at = value.at + stalledAfterMs
  alarm('rotation_stalled', { lastRunAt: new Date(value.at).toISOString() })
  const reason = `no run since ${new Date(value.at).toISOString()}`
  const id = `rotation-stalled-${value.at}`
  await sendEvents([{ v: 1, id, type: 'rotation.stalled', at, reason, whoMustAct: 'operator' }])
  await heartbeats.replace({ ...value, stalledAt: now() }, etag)
}
