import type { QueueFunction } from './app-functions.ts'
import type { QueueOptions } from './host-json.ts'
import type { Invoke } from './invoke.ts'
import type { WriteLog } from './log.ts'
import type { QueueDoor, QueueMessage } from './queue-door.ts'
import { startQueueTrigger } from './queue-trigger.ts'
import type { TypedData } from './rpc.ts'

export type Queues = {
  open: (connection: string, queueName: string) => QueueDoor
  options: QueueOptions
  invoke: Invoke
  log: WriteLog
}

/** Starts the trigger of each queue function. */
export const startQueues = (
  functions: QueueFunction[],
  { open, options, invoke, log }: Queues,
): { stop: () => void } => {
  const triggers = functions.map((one) =>
    startQueueTrigger({
      queue: open(one.connection, one.queueName),
      poison: isPoison(one) ? undefined : open(one.connection, `${one.queueName}-poison`),
      options,
      handle: async (body, message) => {
        const response = await invoke(one.registered, {
          inputData: [{ name: one.bindingName, data: dataOf(body, one.isBinary) }],
          triggerMetadata: metadataOf(body, message),
        })
        return response !== undefined
      },
      warn: (message) =>
        log({ level: 'warning', category: 'system', functionName: one.name, message }),
    }),
  )
  return { stop: () => triggers.forEach((trigger) => trigger.stop()) }
}

// As QueueProcessor of the real host: a poison queue has no poison queue of its own.
const isPoison = ({ queueName }: QueueFunction): boolean => queueName.endsWith('-poison')

// The library parses a string as JSON where it can: `"123"` becomes a number, `"0123"` stays.
const dataOf = (body: Buffer, isBinary: boolean): TypedData =>
  isBinary ? { bytes: body } : { string: body.toString('utf8') }

/** The host's own spelling: the library makes the keys camel case. */
const metadataOf = (body: Buffer, message: QueueMessage): Record<string, TypedData> => ({
  QueueTrigger: { string: body.toString('utf8') },
  Id: { string: message.id },
  PopReceipt: { string: message.popReceipt },
  DequeueCount: { json: String(message.dequeueCount) },
  InsertionTime: { json: JSON.stringify(message.insertedOn) },
  ExpirationTime: { json: JSON.stringify(message.expiresOn) },
  NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
})
