import type {
  HttpHandler,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from '@azure/functions'
import { failed } from './log-lines.ts'
import { loggingTo, type LogLevel } from '../azure/log.ts'

type Run = (request: HttpRequest) => HttpResponseInit | Promise<HttpResponseInit>

/** Runs a handler with its invocation's log; whatever is thrown is said there and nowhere else. */
export const shell =
  (run: Run): HttpHandler =>
  (request, context) =>
    loggingTo(sinkOf(context), async () => {
      try {
        return await run(request)
      } catch (thrown) {
        failed('failed', thrown)
        return { status: 500, headers: { 'cache-control': 'no-store' } }
      }
    })

const sinkOf = (context: InvocationContext) => (level: LogLevel, line: string) => {
  if (level === 'error') context.error(line)
  else if (level === 'warning') context.warn(line)
  else context.info(line)
}
