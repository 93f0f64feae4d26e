import type { TokenCredential } from '@azure/identity'
import type { QueueClient } from '@azure/storage-queue'
import type { Circuit } from './circuit.ts'
import { guardedDoor } from './guarded-door.ts'

/** Every queue of the broker: deployment makes them in Azure, `createQueues` on this machine. */
export const queueNames = ['rotation-shards', 'rotation-partners', 'events', 'usage'] as const

export type QueueName = (typeof queueNames)[number]

/** Where the host puts what failed too often. */
export const poisonNameOf = (name: QueueName): string => `${name}-poison`

/** Where the queues are, and as whom. */
export type QueueAccount = {
  queuesUrl: string
  credential: TokenCredential
  /** Time for one try. */
  timeoutMs?: number
  /** Shared by all queues of the account. */
  circuit?: Circuit
}

/** Sends one message (any JSON value), visible after `delayMs`; durable when it resolves. */
export type SendMessage = (message: unknown, delayMs?: number) => Promise<void>

const retryOptions = { maxTries: 1 }
const defaultTimeoutMs = 5_000
// A message stays until it is handled; the default would drop it after a week.
const forever = -1

/** Opens one queue; its client is made at the first call and kept for the life of the process. */
export const openQueue = (
  account: QueueAccount & { queueName: string },
): { send: SendMessage; create: () => Promise<void> } => {
  const { queuesUrl, queueName, credential, timeoutMs = defaultTimeoutMs, circuit } = account
  const door = guardedDoor({ dependency: 'queue', timeoutMs, circuit })
  let client: Promise<QueueClient> | undefined
  const open = () =>
    (client ??= import('@azure/storage-queue').then(
      (sdk) => new sdk.QueueClient(`${queuesUrl}/${queueName}`, credential, { retryOptions }),
    ))
  return {
    send: (message, delayMs = 0) =>
      door(async (abortSignal) => {
        const options = { abortSignal, messageTimeToLive: forever }
        const visibilityTimeout = Math.ceil(delayMs / 1000)
        const text = JSON.stringify(message)
        await (await open()).sendMessage(text, { ...options, visibilityTimeout })
      }),
    create: () =>
      door(async (abortSignal) => {
        await (await open()).createIfNotExists({ abortSignal })
      }),
  }
}

/** Makes the queues that are missing. In Azure the deployment does this: no app may create queues. */
export const createQueues = async (account: QueueAccount): Promise<void> => {
  const names = queueNames.flatMap((name) => [name, poisonNameOf(name)])
  await Promise.all(names.map((queueName) => openQueue({ ...account, queueName }).create()))
}
