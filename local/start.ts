import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brokerSettingNames } from '../shared/config.ts'
import { findCoreTools, runWithCoreTools } from './stack/core-tools.ts'
import { defaultPortBase } from './stack/held-ports.ts'
import { panel } from './stack/panel.ts'
import { startStack, type StackOptions } from './stack/start-stack.ts'

const usage =
  'usage: npm start -- [--state <folder>] [--port-base <first port, 0 for any>] [--brokers <n>] [--credential federated|secret] [--setting <name>=<value>, of the broker, repeatable] [--func] [--apps <folder of built apps>]'

const readArguments = (): StackOptions => {
  const { values } = parseArgs({
    options: {
      state: { type: 'string', default: '.local' },
      'port-base': { type: 'string', default: `${defaultPortBase}` },
      brokers: { type: 'string', default: '1' },
      credential: { type: 'string', default: 'federated' },
      setting: { type: 'string', multiple: true, default: [] },
      func: { type: 'boolean', default: false },
      apps: { type: 'string' },
    },
  })
  const { state, brokers, credential, func, apps } = values
  if (credential !== 'federated' && credential !== 'secret') throw new Error(usage)
  if (func) findCoreTools()
  return {
    stateFolder: state,
    portBase: wholeNumber(values['port-base'], 0, 65_000),
    brokers: wholeNumber(brokers, 1, 9),
    appCredential: credential,
    brokerSettings: Object.fromEntries(values.setting.map(settingIn)),
    ...(func && { run: runWithCoreTools }),
    ...(apps !== undefined && { apps: foldersIn(apps) }),
  }
}

const foldersIn = (folder: string) => ({
  onboarding: join(folder, 'onboarding'),
  broker: join(folder, 'broker'),
})

const settingIn = (text: string): [string, string] => {
  const [name = '', ...value] = text.split('=')
  if (value.length === 0 || !brokerSettingNames.includes(name)) throw new Error(usage)
  return [name, value.join('=')]
}

const wholeNumber = (text: string, least: number, most: number): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most) throw new Error(usage)
  return value
}

// The same signal may come twice, from the terminal and from npm: the second one changes nothing.
const askedToStop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => askedToStop.abort())

// npm runs a script beneath a shell that dies of a signal without handing it on.
const parent = process.ppid
if (process.env['npm_lifecycle_event'] !== undefined) {
  setInterval(() => process.ppid !== parent && askedToStop.abort(), 200).unref()
}

const run = async (): Promise<void> => {
  const { signal } = askedToStop
  const options = readArguments()
  const startedAt = performance.now()
  console.log('Starting the embedded stack …')
  const stack = await startStack({ ...options, signal, onLine: (line) => console.log(line) })
  const elapsedMs = performance.now() - startedAt
  const stateArgument = options.stateFolder === '.local' ? '' : ` -- --state ${options.stateFolder}`
  console.log(panel({ ...stack, stateArgument, elapsedMs }))
  if (!signal.aborted) await once(signal, 'abort')
  console.log('Stopping …')
  await stack.stop()
}

try {
  await run()
  process.exit(0)
} catch (error) {
  if (askedToStop.signal.aborted) process.exit(0)
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
