import { QueueClient } from '@azure/storage-queue'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'

/** Puts a text into a queue of the stack, whatever it is, past the door with the test controls. */
export const putMessage = async (
  { storage }: Pick<StackFacts, 'storage'>,
  queue: string,
  text: string,
): Promise<void> => {
  await new QueueClient(storage, queue).sendMessage(text)
}
