import { join } from 'node:path'
import type { Certificates } from '../kit/certificates.ts'
import { appLog } from './app-log.ts'
import type { HeldPort } from './held-ports.ts'
import { waitUntilReady } from './readiness.ts'
import type { Teardown } from './teardown.ts'

export type RunAppOptions = {
  /** Folder of a built Functions app. */
  app: string
  port: number
  tls: { certFile: string; keyFile: string }
  env: Record<string, string>
  onLine: (line: string) => void
}

export type RunningApp = {
  address: string
  port: number
  /** The app's functions, where the runner tells. */
  functions?: unknown[]
  /** Resolves with the exit code once the process is gone. */
  exited: Promise<number | null>
  stop: () => Promise<void>
}

/** Runs one built app in a process of its own: the local Functions host, or Core Tools. */
export type RunApp = (options: RunAppOptions) => Promise<RunningApp>

export type AppPlace = {
  run: RunApp
  stateFolder: string
  certificates: Certificates
  teardown: Teardown
  say: (line: string) => void
}

export type AppStart = {
  name: string
  folder: string
  port: HeldPort
  env: Record<string, string>
}

const readyLimitMs = 20_000

export type StartedApp = RunningApp & {
  /** Resolves once the app says that it is ready. */
  ready: () => Promise<void>
}

/** Starts an app in a process of its own; an end that nobody asked for is said in a line. */
export const startApp = async (place: AppPlace, app: AppStart): Promise<StartedApp> => {
  const logFile = join(place.stateFolder, 'logs', `${app.name}.log`)
  const log = appLog(app.name, logFile, place.say)
  place.teardown.add(log.end)
  const { certFile, keyFile } = place.certificates
  const port = await app.port.release()
  const tls = { certFile, keyFile }
  const running = await place.run({ app: app.folder, port, tls, env: app.env, onLine: log.line })
  const end = new AbortController()
  const stop = () => {
    end.abort()
    return running.stop()
  }
  place.teardown.add(stop)
  if (running.port !== port) throw new Error(`port ${port} was taken meanwhile: start again`)
  if (running.functions?.length === 0)
    throw new Error(`${app.name} has no functions: see ${logFile}`)
  void sayWhenEnded({ place, app, running, end: end.signal })
  return {
    ...running,
    stop,
    ready: () => untilReady(running, `${app.name} is not ready: see ${logFile}`),
  }
}

const untilReady = async ({ address, exited }: RunningApp, problem: string): Promise<void> => {
  try {
    await waitUntilReady(`${address}/health/ready`, { exited, limitMs: readyLimitMs })
  } catch (cause) {
    throw new Error(`${problem} (${cause instanceof Error ? cause.message : String(cause)})`, {
      cause,
    })
  }
}

type Watch = { place: AppPlace; app: AppStart; running: RunningApp; end: AbortSignal }

const sayWhenEnded = async ({ place, app, running, end }: Watch): Promise<void> => {
  const code = await running.exited
  // Ctrl-C reaches the app's process too, which may be gone before its turn to stop.
  if (end.aborted || place.teardown.hasBegun()) return
  place.say(`${app.name}: its process ended (${code}), so it no longer answers`)
}
