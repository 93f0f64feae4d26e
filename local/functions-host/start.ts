import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { FunctionSummary } from './controls.ts'

export type FunctionsHostOptions = {
  /** Folder of a built app: `package.json` with `main`, `host.json`, the bundle. */
  app: string
  /** First port to try; 0 means any. */
  port: number
  tls: { certFile: string; keyFile: string }
  /** The app's settings. Of this process's environment only the path and Node's cache are passed on. */
  env: Record<string, string>
  onLine: (line: string) => void
}

export type FunctionsHost = {
  /** Base address without a trailing slash. */
  address: string
  port: number
  pid: number
  functions: FunctionSummary[]
  /** Resolves with the exit code (null after a signal) once the process is gone. */
  exited: Promise<number | null>
  stop: () => Promise<void>
}

const readySchema = z.object({
  ready: z.literal(true),
  address: z.string(),
  port: z.number(),
  functions: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      route: z.string().exactOptional(),
      methods: z.array(z.string()).exactOptional(),
    }),
  ),
})

const stopLimitMs = 5000
const linesKept = 20

/** Runs a built Functions app in a process of its own; rejects when that process dies before it is ready. */
export const startFunctionsHost = async (options: FunctionsHostOptions): Promise<FunctionsHost> => {
  const child = spawnHost(options)
  const lastLines: string[] = []
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  for (const input of streams) {
    createInterface({ input }).on('line', (line) => {
      lastLines.push(line)
      if (lastLines.length > linesKept) lastLines.shift()
      options.onLine(line)
    })
  }
  const exited = exitOf(child)
  const ready = await Promise.race([readyOf(child), exited])
  if (ready === null || typeof ready === 'number') {
    const reason = lastLines.join('\n') || 'it said nothing'
    throw new Error(`the Functions host for ${options.app} ended before it was ready: ${reason}`)
  }
  const { address, port, functions } = ready
  return { address, port, functions, pid: child.pid ?? 0, exited, stop: () => stop(child, exited) }
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))

const passedOn = (...names: string[]) =>
  Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )

const spawnHost = ({ app, port, tls, env }: FunctionsHostOptions): ChildProcess =>
  spawn(
    process.execPath,
    [main, '--app', app, '--port', `${port}`, '--cert', tls.certFile, '--key', tls.keyFile],
    {
      env: { ...passedOn('PATH', 'NODE_COMPILE_CACHE'), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  )

const readyOf = async (child: ChildProcess): Promise<z.infer<typeof readySchema>> => {
  const [message]: unknown[] = await once(child, 'message')
  return readySchema.parse(message)
}

// 'close' comes after the last line of output, 'exit' may come before it.
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', (code) => resolve(code)))

const stop = async (child: ChildProcess, exited: Promise<number | null>): Promise<void> => {
  child.kill('SIGTERM')
  const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
  await exited
  clearTimeout(limit)
}
