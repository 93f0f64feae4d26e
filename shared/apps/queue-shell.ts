import type { InvocationContext, StorageQueueHandler, TimerHandler } from '@azure/functions'
import { loggingTo } from '../azure/log.ts'
import { withinBudget } from '../azure/time-budget.ts'
import { answered } from './after-answer.ts'
import { failed } from './log-lines.ts'
import { sinkOf } from './shell.ts'

// Below the host's `functionTimeout` of a minute, at which it ends the whole process.
const budgetMs = 50_000

type Run = (message: unknown, invocation: string) => Promise<void>

/**
 * Runs the handler of one message with its invocation's log and time budget. What it throws is said
 * there, and thrown on without its text: the host delivers the message again, and logs what it is given.
 */
export const queueShell =
  (run: Run): StorageQueueHandler =>
  (message, context) =>
    inside(context, () => run(message, context.invocationId))

/** The same for a timer. */
export const timerShell =
  (run: () => Promise<void>): TimerHandler =>
  (_timer, context) =>
    inside(context, run)

const inside = (context: InvocationContext, run: () => Promise<void>): Promise<void> =>
  loggingTo(sinkOf(context), async () => {
    try {
      await withinBudget(budgetMs, run)
    } catch (thrown) {
      failed('message_not_handled', thrown)
      // Without its cause, whose text the host would write to its own log.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error('it failed: the log line before says why')
    } finally {
      answered()
    }
  })
