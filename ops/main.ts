import { readArguments, type Typed } from './arguments.ts'
import { asker } from './ask.ts'
import { brokerApi } from './broker-api.ts'
import { Failure, wronglyTyped } from './failure.ts'
import { readSettings, type Settings } from './settings.ts'
import { tokenFor } from './sign-in.ts'
import { usage, usageOf } from './usage.ts'

// The operator's command line over the management API.

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const signedIn = async (settings: Settings) => {
  const { brokerUrl, brokerAudience } = settings
  if (brokerUrl === undefined || brokerAudience === undefined) {
    throw wronglyTyped(
      'which broker? Give --broker and --broker-audience (or BROKER_URL and BROKER_AUDIENCE), or --local',
    )
  }
  const token = await tokenFor(settings, brokerAudience)
  const api = brokerApi(brokerUrl, token)
  say(`Signed in as ${api.who}. Broker: ${brokerUrl}`)
  return api
}

const run = async ({ command, words, common, flags }: Typed): Promise<void> => {
  const settings = readSettings(common, process.env)
  const shown = await command.run({
    words,
    flags,
    settings,
    broker: () => signedIn(settings),
    ask: asker({ yes: common['yes'] === true, ask: common['ask'] === true }),
    say,
  })
  print(common['json'] === true ? JSON.stringify(shown.json, undefined, 2) : shown.text)
}

const main = async (argv: readonly string[]): Promise<void> => {
  if (argv.length === 0) throw wronglyTyped(usage())
  if (['help', '--help', '-h'].includes(argv[0] ?? '')) return print(usage())
  const typed = readArguments(argv)
  if (typed.common['help'] === true) return print(usageOf(typed.name, typed.command))
  await run(typed)
}

try {
  await main(process.argv.slice(2))
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown
  say(thrown.message)
  process.exitCode = thrown.exitCode
}
