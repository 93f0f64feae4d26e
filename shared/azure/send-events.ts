import type { SendEvents } from '../broker/broker-event.ts'
import type { SendMessage } from './queue.ts'

/** Sends events over the queue `events`, one message each; which of several went first is not said. */
export const sendEvents =
  (send: SendMessage): SendEvents =>
  async (events) => {
    await Promise.all(events.map((event) => send(event)))
  }
