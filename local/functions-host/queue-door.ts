export type QueueMessage = {
  id: string
  text: string
  popReceipt: string
  /** How often it has been received, this time included. */
  dequeueCount: number
  insertedOn: Date
  expiresOn: Date
  nextVisibleOn: Date
}

/** One queue, as the trigger needs it. A queue that does not exist receives nothing. */
export type QueueDoor = {
  /** At most `count` messages, hidden from others for `hiddenMs`. */
  receive: (count: number, hiddenMs: number) => Promise<QueueMessage[]>
  remove: (message: QueueMessage) => Promise<void>
  /** Hides the message for `hiddenMs` from now on; answers the receipt that is valid then. */
  update: (message: QueueMessage, hiddenMs: number) => Promise<string>
  /** Adds a message; makes the queue when it does not exist. */
  send: (text: string) => Promise<void>
}
