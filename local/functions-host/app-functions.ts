import * as z from 'zod'
import { nameProblem } from './function-name.ts'
import type { HostJson } from './host-json.ts'
import { compileRoute, type MatchRoute } from './route-template.ts'
import type { Binding, RegisteredFunction } from './rpc.ts'

type Indexed = { name: string; bindingName: string; registered: RegisteredFunction }

export type HttpFunction = Indexed & {
  type: 'httpTrigger'
  /** The whole route, with the prefix. */
  route: string
  /** Upper case; empty means every method. */
  methods: string[]
  match: MatchRoute
}
export type TimerFunction = Indexed & {
  type: 'timerTrigger'
  schedule: string
  runOnStartup: boolean
  /** By the setting `AzureWebJobs.{name}.Disabled`: it runs only when it is fired by hand. */
  isDisabled: boolean
}
export type QueueFunction = Indexed & {
  type: 'queueTrigger'
  queueName: string
  connection: string
  isBinary: boolean
}
export type AppFunction = HttpFunction | TimerFunction | QueueFunction

const httpSchema = z.object({
  route: z.string().nullish(),
  methods: z.array(z.string().toUpperCase()).nullish(),
})
const timerSchema = z.object({ schedule: z.string(), runOnStartup: z.boolean().default(false) })
const queueSchema = z.object({
  queueName: z.string(),
  connection: z.string().default('AzureWebJobsStorage'),
  dataType: z.string().optional(),
})

export type Indexing = {
  host: HostJson
  /** The app's settings, for `%NAME%` in a schedule or queue name. */
  settings: Record<string, string | undefined>
}

/**
 * The app's functions in the order in which routes are tried: by name, ignoring case. A function that
 * the host would reject is left out and its `problems` line says why; the others go on. A template
 * that is no template throws: in Azure it stops the whole host.
 */
export const indexFunctions = (registered: RegisteredFunction[], indexing: Indexing) => {
  const functions: AppFunction[] = []
  const problems: string[] = []
  for (const one of registered.toSorted(byName)) {
    const outcome = indexFunction(one, indexing, functions)
    if (typeof outcome === 'string') {
      problems.push(`The '${one.metadata.name}' function is in error: ${outcome}`)
    } else functions.push(outcome)
  }
  return { functions, problems }
}

const byName = (a: RegisteredFunction, b: RegisteredFunction) => {
  const [left, right] = [a.metadata.name.toLowerCase(), b.metadata.name.toLowerCase()]
  return left < right ? -1 : Number(left > right)
}

const indexFunction = (
  registered: RegisteredFunction,
  indexing: Indexing,
  others: AppFunction[],
): AppFunction | string => {
  const { name, bindings } = registered.metadata
  const invalidName = nameProblem(name, Object.keys(bindings))
  if (invalidName) return invalidName
  const trigger = Object.entries(bindings).find(([, { type }]) => /trigger$/i.test(type ?? ''))
  if (!trigger) return 'No trigger binding was found.'
  const [bindingName, binding] = trigger
  const other = Object.values(bindings).find((one) => one !== binding && one.type !== 'http')
  if (other) return `The local host does not run a binding of type ${other.type}.`
  const indexed = { name, bindingName, registered }
  const type = binding.type?.toLowerCase()
  if (type === 'httptrigger') return httpFunction({ indexed, binding, indexing, others })
  if (type === 'timertrigger') {
    const { schedule, runOnStartup } = timerSchema.parse(binding)
    return {
      ...indexed,
      type: 'timerTrigger',
      schedule: resolveSettings(schedule, indexing.settings),
      runOnStartup,
      isDisabled: indexing.settings[`AzureWebJobs.${name}.Disabled`]?.toLowerCase() === 'true',
    }
  }
  if (type === 'queuetrigger') {
    const { queueName, connection, dataType } = queueSchema.parse(binding)
    const resolved = resolveSettings(queueName, indexing.settings)
    const isBinary = dataType === 'binary'
    return { ...indexed, type: 'queueTrigger', queueName: resolved, connection, isBinary }
  }
  return `The local host does not run a trigger of type ${binding.type}.`
}

type HttpIndexing = {
  indexed: Indexed
  binding: Binding
  indexing: Indexing
  others: AppFunction[]
}

const httpFunction = ({ indexed, binding, indexing, others }: HttpIndexing) => {
  const { route, methods } = httpSchema.parse(binding)
  const own = route?.trim() ? route : indexed.name
  if (/^\/*(admin|runtime)/i.test(own)) {
    return 'The specified route conflicts with one or more built in routes.'
  }
  const prefix = indexing.host.routePrefix.replaceAll(/^\/|\/$/g, '')
  const whole = prefix ? `${prefix}/${own}` : own
  const one: HttpFunction = {
    ...indexed,
    type: 'httpTrigger',
    route: whole,
    methods: methods ?? [],
    match: compileRoute(whole),
  }
  const rival = others.find((other) => other.type === 'httpTrigger' && conflict(one, other))
  return rival
    ? `The route specified conflicts with the route defined by function '${rival.name}'.`
    : one
}

const conflict = (a: HttpFunction, b: HttpFunction): boolean =>
  bare(a.route) === bare(b.route) &&
  (a.methods.length === 0 || b.methods.length === 0 || a.methods.some((m) => b.methods.includes(m)))

const bare = (route: string) => route.replaceAll(/^\/+|\/+$/g, '').toLowerCase()

const resolveSettings = (text: string, settings: Indexing['settings']): string =>
  text.replaceAll(/%([^%]+)%/g, (_whole, name: string) => {
    const value = settings[name]
    if (value === undefined) throw new Error(`'%${name}%' does not resolve to a value.`)
    return value
  })
