import type { StorageQueueHandler } from '@azure/functions'
import { loggingTo } from '../azure/log.ts'
import { withinBudget } from '../azure/time-budget.ts'
import { asBrokerError } from '../broker/broker-error.ts'
import { failed } from './log-lines.ts'
import { sinkOf } from './shell.ts'

// Before the host's `functionTimeout` of a minute, at which it ends the whole process.
const budgetMs = 50_000

/**
 * Runs the handler of a queue message with its invocation's log and a time budget. The host hears of
 * a failure, so that it delivers the message again, but never of an error that may hold a URL or body.
 */
export const queueShell =
  (run: (message: unknown) => Promise<unknown>): StorageQueueHandler =>
  (message, context) =>
    loggingTo(sinkOf(context), async () => {
      try {
        await withinBudget(budgetMs, () => run(message))
      } catch (thrown) {
        failed('failed', thrown)
        throw asBrokerError(thrown)
      }
    })
