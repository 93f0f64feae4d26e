import * as z from 'zod'
import { audiences, type Audience } from '../../shared/broker/audience.ts'
import { Failure } from '../failure.ts'
import type { Graph } from './graph.ts'

/** One API, with the ids that its delegated permissions have at Microsoft. */
export type AskedResource = {
  appId: string
  displayName: string
  permissions: readonly { name: string; id: string; why: string }[]
}

const schema = z.object({
  appId: z.string(),
  oauth2PermissionScopes: z.array(z.object({ id: z.string(), value: z.string().nullish() })),
})

// Only to give this tenant an API of Microsoft's that it does not know yet; all else is asked.
const knownApplications: Readonly<Record<string, string>> = {
  'https://api.partnercenter.microsoft.com': 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
  'https://graph.microsoft.com': '00000003-0000-0000-c000-000000000000',
  'https://management.azure.com': '797f4846-ba00-4fd7-ba43-dac1f8f63013',
}

/** What the broker's audiences are at Microsoft; those that this tenant does not know yet apart. */
export const askedResources = async (
  graph: Graph,
): Promise<{ known: AskedResource[]; unknown: Audience[] }> => {
  const found = await Promise.all(
    audiences.map(async (one) => ({ audience: one, api: await apiOf(graph, one) })),
  )
  return {
    known: found.flatMap(({ api }) => (api ? [api] : [])),
    unknown: found.flatMap((one) => (one.api ? [] : [one.audience])),
  }
}

/** Makes an API of Microsoft's known to this tenant, as its first use would. */
export const makeKnown = async (graph: Graph, audience: Audience): Promise<AskedResource> => {
  const { resource, displayName } = audience
  const appId = knownApplications[resource]
  if (appId === undefined) {
    throw new Failure(
      `${displayName} (${resource}) is not in this tenant, and its id is not known.`,
    )
  }
  const to = `make ${displayName} known to this tenant`
  await graph.write({ method: 'POST', path: '/servicePrincipals', body: { appId }, to })
  const api = await apiOf(graph, audience)
  if (api) return api
  throw new Failure(
    `${displayName} is in this tenant now, but does not answer to ${resource} yet. Run it again in a minute.`,
  )
}

const apiOf = async (graph: Graph, audience: Audience): Promise<AskedResource | undefined> => {
  const { resource, displayName, permissions, reasons } = audience
  const named = [resource, `${resource}/`].map(
    (one) => `servicePrincipalNames/any(n:n eq '${one}')`,
  )
  const query = `$filter=${encodeURIComponent(named.join(' or '))}&$select=appId,oauth2PermissionScopes`
  const [first] = await graph.list(`/servicePrincipals?${query}`, `look up ${displayName}`)
  const api = schema.safeParse(first).data
  if (!api) return undefined
  return {
    appId: api.appId,
    displayName,
    permissions: permissions.map((name) => {
      const id = api.oauth2PermissionScopes.find(({ value }) => value === name)?.id
      if (id === undefined) throw new Failure(`${displayName} has no permission ${name}.`)
      return { name, id, why: reasons[name] ?? '' }
    }),
  }
}
