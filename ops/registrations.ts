import * as z from 'zod'
import { asker } from './ask.ts'
import { Failure } from './failure.ts'
import { applyRegistrations } from './registrations/apply.ts'
import { readAskedFor, type AskedFor } from './registrations/asked-for.ts'
import { openGraph, type Graph } from './registrations/graph.ts'
import { permitCallers } from './registrations/permit-callers.ts'
import { newRun, type Run } from './registrations/run.ts'
import { shownRun, shownValues, valuesOf } from './registrations/shown.ts'
import { usage } from './registrations/usage.ts'
import { tokenFor } from './sign-in.ts'
import { printable } from './text.ts'
import { whoIs } from './who.ts'

// The app registrations in the operator's own tenant, by Microsoft Graph.

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const signedIn = async ({ settings, graph }: AskedFor): Promise<Graph> => {
  const token = await tokenFor(settings, graph)
  say(`Signed in as ${whoIs(token)}. Graph: ${graph}`)
  return openGraph({ address: graph, token })
}

const organisations = z.tuple([
  z.looseObject({ id: z.string(), displayName: z.string().nullish() }),
])

const tenantOf = async (graph: Graph, { settings }: AskedFor): Promise<string> => {
  const list = await graph.list('/organization?$select=id,displayName', 'read which tenant this is')
  const read = organisations.safeParse(list)
  if (!read.success) throw new Failure('Graph does not say which tenant this is.')
  const [{ id, displayName }] = read.data
  const { signIn } = settings
  const meant = 'tenant' in signIn ? signIn.tenant : undefined
  if (meant !== undefined && z.guid().safeParse(meant).success && meant.toLowerCase() !== id) {
    throw new Failure(`Signed in at tenant ${id}, not ${meant}: nothing was done.`)
  }
  say(printable(`Tenant: ${displayName ?? 'unnamed'} (${id})`))
  return id
}

type Pass = { asked: AskedFor; graph: Graph; tenant: string; isWhatIf: boolean }
type Found = { run: Run; values: Record<string, string> }

const pass = async ({ asked, graph, tenant, isWhatIf }: Pass): Promise<Found> => {
  const run = newRun(graph, isWhatIf)
  const { verb, callers, facts, settings } = asked
  if (verb === 'caller') {
    await permitCallers(run, { callers, facts })
    return { run, values: {} }
  }
  const authority = settings.authority ?? 'https://login.microsoftonline.com'
  const issuer = `${authority}/${tenant}/v2.0`
  return { run, values: valuesOf(await applyRegistrations(run, { facts, issuer })) }
}

const show = ({ isJson }: AskedFor, { run, values }: Found): void => {
  const { changes, left, todo, isWhatIf } = run
  if (isJson) return print(JSON.stringify({ isWhatIf, changes, left, todo, values }, undefined, 2))
  print([shownRun(run), shownValues(values)].filter((text) => text !== '').join('\n'))
}

const main = async (argv: readonly string[]): Promise<void> => {
  if (argv.length === 0 || argv.some((arg) => ['--help', '-h', 'help'].includes(arg))) {
    return print(usage)
  }
  const asked = readAskedFor(argv, process.env)
  const graph = await signedIn(asked)
  const tenant = await tenantOf(graph, asked)
  const looked = await pass({ asked, graph, tenant, isWhatIf: true })
  if (asked.isWhatIf || looked.run.changes.length === 0) return show(asked, looked)
  if (!asked.isYes) say(shownRun(looked.run))
  await asker({ yes: asked.isYes, ask: asked.isAsk })('Make these changes?')
  show(asked, await pass({ asked, graph, tenant, isWhatIf: false }))
}

try {
  await main(process.argv.slice(2))
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown
  say(thrown.message)
  process.exitCode = thrown.exitCode
}
