import { ManagedIdentityCredential } from '@azure/identity'
import { QueueClient, type ReceivedMessageItem } from '@azure/storage-queue'
import type { QueueDoor, QueueMessage } from './queue-door.ts'

export type Settings = Record<string, string | undefined>
export type OpenQueue = (connection: string, queueName: string) => QueueDoor

/** Queues of a connection by identity: the settings `{connection}__queueServiceUri` and `__clientId`. */
export const storageQueues =
  (settings: Settings): OpenQueue =>
  (connection, queueName) => {
    const service = settings[`${connection}__queueServiceUri`]
    if (!service) throw new Error(`the setting ${connection}__queueServiceUri is missing`)
    const clientId = settings[`${connection}__clientId`]
    const credential = clientId
      ? new ManagedIdentityCredential({ clientId })
      : new ManagedIdentityCredential()
    const address = `${service.replace(/\/$/, '')}/${queueName}`
    return doorTo(new QueueClient(address, credential))
  }

const seconds = (ms: number) => Math.ceil(ms / 1000)

const doorTo = (client: QueueClient): QueueDoor => ({
  receive: async (count, hiddenMs) => {
    const options = { numberOfMessages: count, visibilityTimeout: seconds(hiddenMs) }
    const answer = await client.receiveMessages(options).catch(absentAsUndefined)
    return (answer?.receivedMessageItems ?? []).map(messageOf)
  },
  remove: async ({ id, popReceipt }) => void (await client.deleteMessage(id, popReceipt)),
  update: async ({ id, popReceipt, text }, hiddenMs) => {
    const answer = await client.updateMessage(id, popReceipt, text, seconds(hiddenMs))
    return answer.popReceipt ?? popReceipt
  },
  send: async (text) => {
    await client.createIfNotExists()
    await client.sendMessage(text)
  },
})

const absentAsUndefined = (error: unknown): undefined => {
  const isAbsent =
    error instanceof Error && 'statusCode' in error && Reflect.get(error, 'statusCode') === 404
  if (!isAbsent) throw error
}

const messageOf = (item: ReceivedMessageItem): QueueMessage => ({
  id: item.messageId,
  text: item.messageText,
  popReceipt: item.popReceipt,
  dequeueCount: item.dequeueCount,
  insertedOn: item.insertedOn,
  expiresOn: item.expiresOn,
  nextVisibleOn: item.nextVisibleOn,
})
