import { openQueue, type QueueAccount, type QueueName } from '../azure/queue.ts'
import { sendEvents } from '../azure/send-events.ts'

/** A sender for each queue, and the way into the one of events. */
export const queueDoors = (account: QueueAccount) => {
  const senderOf = (queueName: QueueName) => openQueue({ ...account, queueName }).send
  const queues = {
    shards: senderOf('rotation-shards'),
    partners: senderOf('rotation-partners'),
    events: senderOf('events'),
    usage: senderOf('usage'),
  }
  return { queues, sendEvents: sendEvents(queues.events) }
}
