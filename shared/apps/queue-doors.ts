import { openQueue, type QueueAccount, type QueueName } from '../azure/queue.ts'
import { sendEvents } from '../azure/send-events.ts'

/** A sender for each queue, and the ways into two of them that rules need. */
export const queueDoors = (account: QueueAccount) => {
  const senderOf = (queueName: QueueName) => openQueue({ ...account, queueName }).send
  const queues = {
    shards: senderOf('rotation-shards'),
    partners: senderOf('rotation-partners'),
    events: senderOf('events'),
    usage: senderOf('usage'),
  }
  return { queues, sendPartner: queues.partners, sendEvents: sendEvents(queues.events) }
}
