import { identityOf } from '../../../local/stack/identity-of.ts'
import { identityCredential } from '../../../local/stack/prepare-store.ts'
import type { Stack } from '../../../local/stack/start-stack.ts'
import { openQueue, type SendMessage } from '../../../shared/azure/queue.ts'

/** Sends into a queue of the stack as the broker does. */
export const senderAsBroker = ({
  parts,
  directory,
}: Pick<Stack, 'parts' | 'directory'>): ((queueName: string, message: object) => Promise<void>) => {
  const { clientId } = identityOf(directory, 'broker')
  const credential = identityCredential(parts.identities.broker, clientId)
  const queuesUrl = parts.storage.queues
  const opened = new Map<string, SendMessage>()
  return (queueName, message) => {
    const send = opened.get(queueName) ?? openQueue({ queuesUrl, credential, queueName }).send
    opened.set(queueName, send)
    return send(message)
  }
}
