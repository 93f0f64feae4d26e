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

/** Starts an app and waits until it says that it is ready; its `stop` is expected, an end is said. */
export const startApp = async (place: AppPlace, app: AppStart): Promise<RunningApp> => {
  const logFile = join(place.stateFolder, 'logs', `${app.name}.log`)
  const log = appLog(app.name, logFile, place.say)
  place.teardown.add(log.end)
  const { certFile, keyFile } = place.certificates
  const port = await app.port.release()
  const tls = { certFile, keyFile }
  const { env, folder } = app
  const running = await place.run({ app: folder, port, tls, env, onLine: log.line })
  const end = new AbortController()
  const stop = () => {
    end.abort()
    return running.stop()
  }
  place.teardown.add(stop)
  if (running.port !== port) throw new Error(`port ${port} was taken meanwhile: start again`)
  if (running.functions?.length === 0) throw new Error(`${app.name} has no functions: see ${logFile}`)
  void sayWhenEnded({ app, running, end: end.signal, say: place.say })
  await waitUntilReady(`${running.address}/health/ready`, {
    exited: running.exited,
    limitMs: readyLimitMs,
  }).catch((error: unknown) => {
    throw new Error(`${app.name} is not ready: ${String(error)}; its log is ${logFile}`)
  })
  return { ...running, stop }
}

type Watch = { app: AppStart; running: RunningApp; end: AbortSignal; say: (line: string) => void }

const sayWhenEnded = async ({ app, running, end, say }: Watch): Promise<void> => {
  const code = await running.exited
  if (!end.aborted) say(`${app.name}: its process ended (${code}), so it no longer answers`)
}
