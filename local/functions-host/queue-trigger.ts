import type { QueueOptions } from './host-json.ts'
import type { QueueDoor, QueueMessage } from './queue-door.ts'

/** A message whose worker died comes back after this time. */
const hiddenWhileRunningMs = 10 * 60_000
const firstPollMs = 100

export type QueueTrigger = {
  queue: QueueDoor
  /** Undefined: what fails stays, hidden for as long as one whose worker died, and for good in the end. */
  poison: QueueDoor | undefined
  options: QueueOptions
  /** True: the message is done with. */
  handle: (body: Buffer, message: QueueMessage) => Promise<boolean>
  warn: (message: string) => void
}

/**
 * Polls one queue and hands its messages to `handle`: batches, retries by visibility, and the poison
 * queue after the last attempt, as the queue extension of the real host does.
 */
export const startQueueTrigger = (trigger: QueueTrigger): { stop: () => void } => {
  const { options, queue, warn } = trigger
  const maximumMs = options.maxPollingIntervalMs
  const running = new Set<Promise<void>>()
  let pauseMs = firstPollMs
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const schedule = (ms: number) => {
    if (!isStopped) timer = setTimeout(() => void poll(), ms)
  }
  const start = (message: QueueMessage) => {
    const done = processMessage(trigger, message)
      .catch((error: unknown) => warn(`queue message ${message.id}: ${String(error)}`))
      .finally(() => running.delete(done))
    running.add(done)
  }
  const poll = async () => {
    const messages = await receive(queue, options.batchSize, warn)
    messages.forEach(start)
    pauseMs = messages.length > 0 ? 0 : Math.min(Math.max(pauseMs, firstPollMs) * 2, maximumMs)
    while (running.size > options.newBatchThreshold) await Promise.race(running)
    schedule(Math.min(pauseMs, maximumMs))
  }
  schedule(0)
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

const receive = async (queue: QueueDoor, count: number, warn: QueueTrigger['warn']) => {
  try {
    return await queue.receive(count, hiddenWhileRunningMs)
  } catch (error) {
    warn(`The queue cannot be read: ${String(error)}`)
    return []
  }
}

const processMessage = async (trigger: QueueTrigger, message: QueueMessage): Promise<void> => {
  const { queue, options } = trigger
  const body = decode(message.text, options.messageEncoding)
  // Without a poison queue too: the real host then never hands the message out again.
  if (!body || message.dequeueCount > options.maxDequeueCount) return moveToPoison(trigger, message)
  const held = holdMessage(trigger, message)
  const isDone = await trigger.handle(body, message).finally(held.release)
  const current = { ...message, popReceipt: await held.popReceipt() }
  if (isDone) return queue.remove(current)
  if (!trigger.poison) return
  if (message.dequeueCount >= options.maxDequeueCount) return moveToPoison(trigger, current)
  await queue.update(current, options.visibilityTimeoutMs)
}

/** Keeps a message hidden for as long as its function runs. */
const holdMessage = ({ queue, warn }: QueueTrigger, message: QueueMessage) => {
  let receipt = Promise.resolve(message.popReceipt)
  const renew = async (popReceipt: string): Promise<string> => {
    try {
      return await queue.update({ ...message, popReceipt }, hiddenWhileRunningMs)
    } catch (error) {
      warn(`queue message ${message.id} was not kept hidden: ${String(error)}`)
      return popReceipt
    }
  }
  const timer = setInterval(() => void (receipt = receipt.then(renew)), hiddenWhileRunningMs / 2)
  return { release: () => clearInterval(timer), popReceipt: () => receipt }
}

const moveToPoison = async ({ queue, poison, warn }: QueueTrigger, message: QueueMessage) => {
  if (!poison) return
  warn(`Message has reached MaxDequeueCount or cannot be read. Moving message '${message.id}'.`)
  await poison.send(message.text)
  await queue.remove(message)
}

/** Undefined: the text is not what the encoding promises. */
const decode = (text: string, encoding: QueueOptions['messageEncoding']): Buffer | undefined => {
  if (encoding === 'none') return Buffer.from(text, 'utf8')
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  return isBase64 ? Buffer.from(text, 'base64') : undefined
}
