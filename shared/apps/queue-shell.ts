import type { InvocationContext, StorageQueueHandler } from '@azure/functions'
import { loggingTo } from '../azure/log.ts'
import { withinBudget } from '../azure/time-budget.ts'
import { answered } from './after-answer.ts'
import { failed } from './log-lines.ts'
import { sinkOf } from './shell.ts'

/** Time for one message; the host ends the whole process after a minute. */
const budgetMs = 50_000

/**
 * Runs the handler of a queue with its invocation's log and time budget. What is thrown is said in
 * the log; the host, which brings the message back, gets an error that says nothing.
 */
export const queueShell =
  (run: (message: unknown) => Promise<void>): StorageQueueHandler =>
  (message: unknown, context: InvocationContext) =>
    loggingTo(sinkOf(context), async () => {
      try {
        await withinBudget(budgetMs, () => run(message))
      } catch (thrown) {
        failed('message_not_handled', thrown)
        // Without its cause, whose text the host would write to its own log.
        // oxlint-disable-next-line preserve-caught-error
        throw new Error('the message was not handled')
      } finally {
        answered()
      }
    })
