import { Failure } from '../failure.ts'
import {
  applicationMembers,
  newApplication,
  readApplication,
  type Application,
} from './application.ts'
import type { Difference } from './difference.ts'
import type { Graph } from './graph.ts'
import { tell, type Run } from './run.ts'

export type Registration = {
  /** How its changes are headed. */
  on: string
  clientId: string | undefined
  /** Name of one that is to be made; one that is there keeps its own. */
  displayName: string | undefined
  /** The flags that give the two, for what is said of them. */
  flags: { clientId: string; displayName: string }
  difference: (is: Application) => Difference
}

/** An application as it is after its changes, or, where nothing is written, as it was before them. */
export type Ensured = {
  application: Application
  isNew: boolean
  /** It was written a moment ago, so not every copy of the directory knows it as it is. */
  isFresh: boolean
}

/** Makes an application as it should be, or says what that would take. */
export const ensureApplication = async (run: Run, wanted: Registration): Promise<Ensured> => {
  const found = await findApplication(run.graph, wanted)
  const is = found ?? newApplication(nameOf(wanted))
  const difference = wanted.difference(is)
  if (!found) tell(run, { changes: [madeChange(wanted, is)] })
  tell(run, difference)
  if (run.isWhatIf) return { application: is, isNew: !found, isFresh: false }
  const made = found ?? (await create(run.graph, { wanted, is, difference }))
  const rest = found ? difference : wanted.difference(made)
  const isChanged = await patch(run.graph, { wanted, id: made.id, difference: rest })
  // Not read again: a copy of the directory might not know it yet.
  const application = readApplication({ ...made, ...rest.before, ...rest.main, ...rest.after })
  return { application, isNew: !found, isFresh: !found || isChanged }
}

const madeChange = ({ on }: Registration, { displayName }: Application) => ({
  on,
  what: `made, with the name ${displayName}`,
  why: 'there is none yet',
})

// By client id only. A name is no proof: anyone in the tenant may have made one of that name, and own it.
const findApplication = async (graph: Graph, wanted: Registration) => {
  const { on, clientId, displayName, flags } = wanted
  const select = `$select=${applicationMembers}`
  if (clientId !== undefined) {
    const body = await graph.find(`/applications(appId='${clientId}')?${select}`, `read ${on}`)
    if (body !== undefined) return readApplication(body)
    throw new Failure(`There is no application with the client id ${clientId} in this tenant.`)
  }
  if (displayName === undefined) return undefined
  const filter = `displayName eq '${displayName.replaceAll("'", "''")}'`
  const query = `$filter=${encodeURIComponent(filter)}&${select}`
  const same = await graph.list(`/applications?${query}`, `look for ${on}`)
  if (same.length === 0) return undefined
  const ids = same.map((one) => readApplication(one).appId).join(', ')
  throw new Failure(
    `An application with the name ${displayName} is there already: client id ${ids}.\nIs it yours, and made for this? Then add ${flags.clientId} ${ids}. If not, take another ${flags.displayName}.`,
  )
}

const nameOf = ({ displayName, flags }: Registration): string => {
  if (displayName !== undefined) return displayName
  throw new Failure(`Give ${flags.displayName} for a new one, or ${flags.clientId}.`, 2)
}

type Creation = { wanted: Registration; is: Application; difference: Difference }

const create = async (graph: Graph, { wanted, is, difference }: Creation): Promise<Application> => {
  const body = { displayName: is.displayName, ...difference.main }
  const to = `make ${wanted.on}`
  return readApplication(await graph.write({ method: 'POST', path: '/applications', body, to }))
}

type Patching = { wanted: Registration; id: string; difference: Difference }

/** True when anything was written. */
const patch = async (graph: Graph, { wanted, id, difference }: Patching): Promise<boolean> => {
  const { before, main, after } = difference
  const bodies = [before, main, after].filter((body) => Object.keys(body).length > 0)
  for (const body of bodies) {
    // One after the other: each needs what the one before stored.
    const path = `/applications/${id}`
    await graph.write({ method: 'PATCH', path, body, isFresh: true, to: `change ${wanted.on}` })
  }
  return bodies.length > 0
}
