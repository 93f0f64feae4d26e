import { parseArgs } from 'node:util'
import * as z from 'zod'
import { typed } from '../fields.ts'
import { wronglyTyped } from '../failure.ts'
import { commonOptions, readSettings, type Settings } from '../settings.ts'
import { usage } from './usage.ts'

export type Verb = 'apply' | 'caller'

/** What was typed, checked; azd's own values (`azd env get-values`) answer for flags left out. */
export type AskedFor = {
  verb: Verb
  /** Callers that are to get Token.Issue. */
  callers: string[]
  isWhatIf: boolean
  isYes: boolean
  isAsk: boolean
  isJson: boolean
  graph: string
  settings: Settings
  facts: Facts
}

const options = {
  'app-name': { type: 'string' },
  'app-client-id': { type: 'string' },
  'broker-name': { type: 'string' },
  'broker-client-id': { type: 'string' },
  'onboarding-url': { type: 'string' },
  'broker-principal': { type: 'string' },
  'onboarding-principal': { type: 'string' },
  operator: { type: 'string', multiple: true },
  reader: { type: 'string', multiple: true },
  'single-tenant': { type: 'boolean' },
  'other-tenants-call': { type: 'boolean' },
  'federation-name': { type: 'string' },
  'federation-audience': { type: 'string' },
  graph: { type: 'string' },
  'what-if': { type: 'boolean' },
  tenant: commonOptions.tenant,
  authority: commonOptions.authority,
  'device-code': commonOptions['device-code'],
  yes: commonOptions.yes,
  ask: commonOptions.ask,
  json: commonOptions.json,
} as const

const guid = z
  .guid({ error: 'must be a GUID' })
  .transform((text) => text.toLowerCase())
  .optional()
const address = z
  .url({ protocol: /^https$/, error: 'must be https://...' })
  .regex(/^[^?#@\\\s]*$/, { error: 'must be an address without query and user' })
  .transform((text) => text.replace(/\/+$/, ''))
const people = z.array(z.string().min(1)).default([])

const factsSchema = z.object({
  '--app-name': z.string().optional(),
  '--app-client-id': guid,
  '--broker-name': z.string().optional(),
  '--broker-client-id': guid,
  '--onboarding-url': address.optional(),
  '--broker-principal': guid,
  '--onboarding-principal': guid,
  '--federation-name': z
    .string()
    .regex(/^[\w-]{3,120}$/, { error: 'must be 3 to 120 letters, digits, - and _' })
    .default('broker'),
  '--federation-audience': z.string().default('api://AzureADTokenExchange'),
  '--single-tenant': z.boolean().default(false),
  '--other-tenants-call': z.boolean().default(false),
  '--operator': people,
  '--reader': people,
})

export type Facts = z.output<typeof factsSchema>

const variables: Readonly<Record<string, string>> = {
  'app-name': 'APP_DISPLAY_NAME',
  'app-client-id': 'APP_CLIENT_ID',
  'broker-client-id': 'BROKER_CLIENT_ID',
  'onboarding-url': 'ONBOARDING_URL',
  'broker-principal': 'BROKER_PRINCIPAL_ID',
  'onboarding-principal': 'ONBOARDING_PRINCIPAL_ID',
}

/** Reads the command line, with the environment behind it. */
export const readAskedFor = (argv: readonly string[], env: NodeJS.ProcessEnv): AskedFor => {
  const { values, positionals } = parsed(argv)
  const [verb, ...callers] = positionals
  if (verb !== 'apply' && verb !== 'caller') throw wronglyTyped(usage)
  if ((verb === 'caller') !== callers.length > 0) throw wronglyTyped(usage)
  const flags = Object.keys(factsSchema.shape).map((flag) => flag.slice(2))
  const given = new Map<string, unknown>(Object.entries(values))
  const facts = typed(
    factsSchema,
    Object.fromEntries(flags.map((flag) => [`--${flag}`, given.get(flag) ?? known(env, flag)])),
  )
  if (facts['--app-client-id'] && facts['--app-client-id'] === facts['--broker-client-id']) {
    throw wronglyTyped(
      "the broker's own API is never the application that partners consent to: give two client ids",
    )
  }
  return {
    verb,
    callers,
    isWhatIf: values['what-if'] === true,
    isYes: values.yes === true,
    isAsk: values.ask === true,
    isJson: values.json === true,
    graph: typed(z.object({ '--graph': address.default('https://graph.microsoft.com') }), {
      '--graph': values.graph,
    })['--graph'],
    settings: readSettings(values, env),
    facts,
  }
}

const known = (env: NodeJS.ProcessEnv, flag: string): string | undefined => {
  const value = env[variables[flag] ?? '']
  return value === '' ? undefined : value
}

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (thrown) {
    throw wronglyTyped(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${usage}`)
  }
}
