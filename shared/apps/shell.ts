import type {
  HttpHandler,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from '@azure/functions'
import { answered } from './after-answer.ts'
import { failed } from './log-lines.ts'
import { loggingTo, type LogLevel } from '../azure/log.ts'
import { withinBudget } from '../azure/time-budget.ts'

type Run = (request: HttpRequest) => HttpResponseInit | Promise<HttpResponseInit>

/**
 * Time for one request, retries and waits included. A relayed callback redeems and probes several
 * audiences in turn; it must still answer before the host's `functionTimeout` of a minute, at which
 * the host ends the whole process. A report reads every grant.
 */
export const budgetsMs = { request: 15_000, relayed: 50_000, relaying: 55_000, report: 50_000 }

/**
 * Runs a handler with its invocation's log and time budget; whatever is thrown is said there and
 * nowhere else.
 */
export const shell =
  (run: Run, budgetMs = budgetsMs.request): HttpHandler =>
  (request, context) =>
    loggingTo(sinkOf(context), async () => {
      try {
        return await withinBudget(budgetMs, async () => run(request))
      } catch (thrown) {
        failed('failed', thrown)
        return { status: 500, headers: { 'cache-control': 'no-store' } }
      } finally {
        answered()
      }
    })

/** Lines of a handler go to the log of its invocation. */
export const sinkOf = (context: InvocationContext) => (level: LogLevel, line: string) => {
  if (level === 'error') context.error(line)
  else if (level === 'warning') context.warn(line)
  else context.info(line)
}
