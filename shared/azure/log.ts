import { AsyncLocalStorage } from 'node:async_hooks'

export type LogLevel = 'information' | 'warning' | 'error'

/** Facts of one line: never a token, code, link, secret or cookie. */
export type LogFacts = Record<string, string | number | boolean | readonly string[] | undefined>

type Sink = (level: LogLevel, line: string) => void

const sinks = new AsyncLocalStorage<Sink>()

/** Runs a handler whose lines go to its own invocation's log. */
export const loggingTo = <T>(sink: Sink, run: () => T): T => sinks.run(sink, run)

/** One structured line (JSON). Outside an invocation it goes to standard error. */
export const log = (level: LogLevel, event: string, facts: LogFacts = {}): void => {
  const line = JSON.stringify({ event, ...facts })
  const sink = sinks.getStore()
  if (sink) sink(level, line)
  else process.stderr.write(`${level} ${line}\n`)
}
