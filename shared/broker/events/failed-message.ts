import { createHash } from 'node:crypto'
import { BrokerError } from '../broker-error.ts'
import type { Rows } from '../rows.ts'

/** The queues whose messages are kept when they fail. */
export const failedQueues = ['rotation-shards', 'rotation-partners', 'events', 'usage'] as const

export type FailedQueue = (typeof failedQueues)[number]

/** A message that was given up, kept until it is replayed. */
export type FailedMessage = {
  v: 1
  id: string
  /** The queue that the message is for. */
  queue: FailedQueue
  /** What to put back: JSON, or whatever it was that could not be read. */
  body: string
  /** Host of the webhook, for an event that could not be delivered. */
  host?: string
  attempts: number
  /** Why, as a code. */
  reason: string
  /** Milliseconds since the epoch. */
  at: number
}

export type FailedFacts = Omit<FailedMessage, 'v' | 'id' | 'at'>

export type KeepPorts = {
  failed: Rows<FailedMessage>
  /** Told once the message is kept. */
  onKept: (message: FailedMessage) => void
  now: () => number
}

/**
 * Keeps a message that was given up. The same message twice is one row, written anew: a replay that
 * runs meanwhile then leaves it. Throws when the message could not be kept.
 */
export const keepFailed = async (ports: KeepPorts, facts: FailedFacts): Promise<void> => {
  const { failed, onKept, now } = ports
  const message = { v: 1 as const, id: idOf(facts), ...facts, at: now() }
  if ((await failed.add(message)) === 'changed') {
    const row = await failed.read(message.id)
    // Removed or written again meanwhile: the host brings the message back.
    if (!row || (await failed.replace(message, row.etag)) === 'changed') throw notKept()
  }
  onKept(message)
}

export type PoisonPorts = {
  keep: (facts: FailedFacts) => Promise<void>
  /** Back into the queue that the message is for. */
  sendBack: (message: unknown, delayMs: number) => Promise<void>
}

const sentBackMs = 10 * 60_000

/**
 * Keeps a message that the host gave up. Where that fails it goes back into its own queue: the host
 * hands out what lies in a poison queue no more than five times, and the service drops it after a
 * week (`QueueProcessor` of the host's queue extension).
 */
export const keepPoison = async (
  { keep, sendBack }: PoisonPorts,
  facts: FailedFacts,
  message: unknown,
): Promise<void> => {
  try {
    await keep(facts)
  } catch {
    await sendBack(message, sentBackMs)
  }
}

export type ReplayPorts = {
  failed: Pick<Rows<FailedMessage>, 'read' | 'remove'>
  senders: Record<FailedQueue, (message: object) => Promise<void>>
}

/**
 * Puts a message back into its queue, and only then removes the row. `unreadable`: it is no JSON
 * object and would only fail again.
 */
export const replayFailed = async (
  { failed, senders }: ReplayPorts,
  id: string,
): Promise<FailedMessage | 'absent' | 'unreadable'> => {
  const row = await failed.read(id)
  if (!row) return 'absent'
  const message = objectIn(row.value.body)
  if (!message) return 'unreadable'
  await senders[row.value.queue](message)
  // By ETag: it may have failed again already, and then it must stay.
  await failed.remove(id, row.etag)
  return row.value
}

const notKept = () =>
  new BrokerError(
    'upstream_unavailable',
    'the failed message could not be kept. Try again shortly',
    {
      reason: 'failed_message_changed',
    },
  )

const idOf = ({ queue, body }: FailedFacts): string =>
  createHash('sha256').update(`${queue}\n${body}`).digest('hex').slice(0, 32)

const objectIn = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
