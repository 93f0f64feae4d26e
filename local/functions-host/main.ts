import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { listenOnFreePort } from '../kit/ports.ts'
import { indexFunctions, type AppFunction } from './app-functions.ts'
import { createControls, summariesOf } from './controls.ts'
import { createCore, runHooks, type FunctionsCore } from './core.ts'
import { readHostJson, type HostJson } from './host-json.ts'
import { createHttpServer } from './http-server.ts'
import { createInvoke } from './invoke.ts'
import { loadApp } from './load-app.ts'
import { createLog, describeError, type WriteLog } from './log.ts'
import { startQueues } from './queues.ts'
import { startTimers } from './timers.ts'

const options = {
  app: { type: 'string' },
  port: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  host: { type: 'string', default: 'localhost' },
} as const

const usage =
  'usage: node main.ts --app <folder> --port <n> --cert <pem file> --key <pem file> [--host localhost]'

type Arguments = { app: string; port: number; cert: string; key: string; host: string }

const readArguments = (): Arguments => {
  const { app, port, cert, key, host } = parseArgs({ options }).values
  if (!app || !port || !cert || !key) throw new Error(usage)
  return { app: resolve(app), port: Number(port), cert, key, host }
}

const start = async (): Promise<void> => {
  const given = readArguments()
  const hostJson = readHostJson(given.app)
  const core = createCore()
  const log = createLog(core, hostJson.minimumLevel)
  core.logTo((level, category, message) => log({ level, category, message }))
  dieOnUncaught(log)
  stopWhenAsked(core, log)
  const functions = await startApp({ app: given.app, core, hostJson, log })
  const invoke = createInvoke(core, log)
  const timers = startTimers(
    functions.filter((one) => one.type === 'timerTrigger'),
    invoke,
  )
  const server = createHttpServer(
    { cert: readFileSync(given.cert, 'utf8'), key: readFileSync(given.key, 'utf8') },
    {
      functions,
      invoke,
      log,
      controls: createControls(functions, timers),
      isHomepageDisabled: process.env['AzureWebJobsDisableHomepage']?.toLowerCase() === 'true',
    },
  )
  const port = await listenOnFreePort(server, given.port)
  await startQueueTriggers({ functions, hostJson, invoke, log })
  sayReady({ address: `https://${given.host}:${port}`, port, functions: summariesOf(functions) })
}

type App = { app: string; core: FunctionsCore; hostJson: HostJson; log: WriteLog }

const startApp = async ({ app, core, hostJson, log }: App): Promise<AppFunction[]> => {
  const loaded = await loadApp(app, core)
  if (loaded.isIndexingFailed) throw new Error(`indexing failed: ${loaded.problem}`)
  if (loaded.problem) log({ level: 'warning', category: 'system', message: loaded.problem })
  const { appLevelOnlyHookData: hookData, appHookData } = core
  await runHooks(core, 'appStart', { hookData, appHookData, functionAppDirectory: app })
  const capabilities = await core.programmingModel()?.getCapabilities?.({})
  if (capabilities?.['HttpUri']) throw new Error('the local host does not stream HTTP')
  core.finishStartup()
  const indexing = { host: hostJson, settings: process.env }
  const { functions, problems } = indexFunctions(core.functions(), indexing)
  for (const message of problems) log({ level: 'error', category: 'system', message })
  return functions
}

type QueueStart = Pick<Parameters<typeof startQueues>[1], 'invoke' | 'log'> & {
  functions: AppFunction[]
  hostJson: HostJson
}

const startQueueTriggers = async ({ functions, hostJson, invoke, log }: QueueStart) => {
  const queues = functions.filter((one) => one.type === 'queueTrigger')
  if (queues.length === 0) return
  const { storageQueues } = await import('./storage-queue.ts')
  startQueues(queues, { open: storageQueues(process.env), options: hostJson.queues, invoke, log })
}

/** A floating rejection is an uncaught exception too, and ends the worker with all it was doing. */
const dieOnUncaught = (log: WriteLog): void => {
  process.on('uncaughtException', (error) => {
    const message = `uncaught exception: ${describeError(error)}`
    log({ level: 'critical', category: 'system', message })
    process.exit(1)
  })
}

/** Stops at a signal, and when the process that started this one is gone. Calls in flight are not awaited. */
const stopWhenAsked = (core: FunctionsCore, log: WriteLog): void => {
  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    const { appLevelOnlyHookData: hookData, appHookData } = core
    await runHooks(core, 'appTerminate', { hookData, appHookData }).catch((error: unknown) =>
      log({ level: 'error', category: 'system', message: describeError(error) }),
    )
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  process.on('disconnect', () => void stop())
}

const sayReady = (ready: { address: string; port: number; functions: object[] }): void => {
  if (process.send) process.send({ ready: true, ...ready })
  else console.log(`ready at ${ready.address} with ${ready.functions.length} functions`)
}

try {
  await start()
} catch (error) {
  console.error(`the app cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
