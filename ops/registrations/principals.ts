import * as z from 'zod'
import { Failure } from '../failure.ts'
import type { Graph } from './graph.ts'

/** Who is to hold a role. */
export type Principal = { id: string; who: string }

const schema = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  '@odata.type': z.string().optional(),
})

const isGuid = (text: string): boolean => z.guid().safeParse(text).success

const principal = (body: unknown): Principal => {
  const { id, displayName, userPrincipalName } = schema.parse(body)
  return { id, who: `${userPrincipalName ?? displayName ?? 'unnamed'} (${id})` }
}

/** A person (`me`, a user name, an object id) or a group (its object id). */
export const findPerson = async (graph: Graph, text: string): Promise<Principal> => {
  if (text !== 'me' && isGuid(text)) return directoryObject(graph, text, ['user', 'group'])
  const path = text === 'me' ? '/me' : `/users/${encodeURIComponent(text)}`
  const body = await graph.find(path, `look up ${text}`)
  if (body === undefined) throw new Failure(`There is no person ${text} in this tenant.`)
  return principal(body)
}

/** An application or a managed identity, by its client id or its object (principal) id. */
export const findService = async (graph: Graph, id: string): Promise<Principal> => {
  if (!isGuid(id)) throw new Failure(`${id} must be a client id or an object id (GUID).`, 2)
  const path = `/servicePrincipals(appId='${id}')`
  const body = await graph.find(path, `look up the application ${id}`)
  return body === undefined ? directoryObject(graph, id, ['servicePrincipal']) : principal(body)
}

const directoryObject = async (
  graph: Graph,
  id: string,
  kinds: readonly string[],
): Promise<Principal> => {
  const body = await graph.find(`/directoryObjects/${id}`, `look up ${id}`)
  if (body === undefined) {
    throw new Failure(
      `There is no ${kinds.join(' or ')} ${id} in this tenant. (One that was made a moment ago takes a minute.)`,
    )
  }
  const kind = schema.parse(body)['@odata.type']?.split('.').at(-1)
  if (kind !== undefined && kinds.includes(kind)) return principal(body)
  const hint = kind === 'application' ? ': give its client id instead' : ''
  throw new Failure(`${id} is of the kind ${kind ?? 'unknown'}, not ${kinds.join(' or ')}${hint}.`)
}
