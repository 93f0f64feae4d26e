import type { FunctionsCore } from './core.ts'
import type { LogCategory, LogLevel } from './rpc.ts'

export type LogEntry = {
  level: LogLevel
  category: LogCategory
  message: string
  /** Name of the function that is running; without it the line is the host's or the app's. */
  functionName?: string
  invocationContext?: unknown
  hookData?: Record<string, unknown>
}

export type WriteLog = (entry: LogEntry) => void

const levels: LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']

/**
 * Writes each entry as one line, `{level} {function, app or host} {message}`, after the app's `log`
 * hooks. As in the worker, hooks may change the app's own lines only, and a hook that throws is ignored.
 */
export const createLog =
  (core: FunctionsCore, minimumLevel: LogLevel): WriteLog =>
  (entry) => {
    const { level, message } = throughHooks(core, entry)
    if (levels.indexOf(level) < levels.indexOf(minimumLevel) || level === 'none') return
    const source = entry.functionName ?? (entry.category === 'user' ? 'app' : 'host')
    const line = `${level} ${source} ${oneLine(message)}\n`
    if (levels.indexOf(level) < levels.indexOf('warning')) process.stdout.write(line)
    else process.stderr.write(line)
  }

/** The message and stack of whatever was thrown. */
export const describeError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

const oneLine = (message: string) => message.replaceAll('\r', '').replaceAll('\n', '\\n')

const throughHooks = (core: FunctionsCore, entry: LogEntry) => {
  const context = {
    level: entry.level,
    message: entry.message,
    category: entry.category,
    hookData: entry.hookData ?? {},
    appHookData: core.appHookData,
    invocationContext: entry.invocationContext,
  }
  try {
    core.hooks('log').forEach((callback) => callback(context))
  } catch {
    return entry
  }
  return entry.category === 'user' ? context : entry
}
