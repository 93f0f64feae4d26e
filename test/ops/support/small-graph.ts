import { randomUUID } from 'node:crypto'
import { startPart, type LocalAnswer, type LocalRequest } from '../../../local/kit/part.ts'
import { applicationRefusal, storedApplication, type Stored } from './graph-applications.ts'

// Enough of Microsoft Graph for the registrations, over TLS: it keeps objects as the real one does,
// and refuses what the real one refuses.

export type SmallGraph = {
  address: string
  /** All objects by path, such as `/applications`. */
  lists: Record<string, Stored[]>
  /** What was asked: `POST /applications`. */
  writes: string[]
  /** Writes to paths that begin so are refused for want of a role. */
  denied: string[]
  /** How many writes that build on a new object meet a copy of the directory without it. */
  staleFor: number
  close: () => Promise<void>
}

export const tenant = 'c0a7e000-0000-4000-8000-0000000000a1'
export const olga = {
  id: '01a00000-0000-4000-8000-00000000000a',
  userPrincipalName: 'olga@contoso.example',
}
export const rita = {
  id: '01a00000-0000-4000-8000-00000000000b',
  userPrincipalName: 'rita@contoso.example',
}
export const identityOf = {
  onboarding: '1de00000-0000-4000-8000-000000000001',
  broker: '1de00000-0000-4000-8000-000000000002',
}
export const caller = {
  id: 'ca000000-0000-4000-8000-000000000001',
  appId: 'ca000000-0000-4000-8000-000000000002',
}
const partnerCenterApp = 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'

const api = (appId: string, name: string, scopes: string[]): Stored => ({
  id: randomUUID(),
  appId,
  displayName: name,
  servicePrincipalNames: [appId, name],
  oauth2PermissionScopes: scopes.map((value) => ({ id: randomUUID(), value })),
})

export const partnerCenter = () =>
  api(partnerCenterApp, 'https://api.partnercenter.microsoft.com', ['user_impersonation'])

const freshTenant = (): Record<string, Stored[]> => ({
  '/organization': [{ id: tenant, displayName: 'Contoso' }],
  '/applications': [],
  '/users': [olga, rita],
  '/servicePrincipals': [
    api('00000003-0000-0000-c000-000000000000', 'https://graph.microsoft.com', [
      'User.Read',
      'User.Read.All',
      'DelegatedAdminRelationship.ReadWrite.All',
    ]),
    api('797f4846-ba00-4fd7-ba43-dac1f8f63013', 'https://management.azure.com/', [
      'user_impersonation',
    ]),
    { ...caller, displayName: 'Marketplace' },
    { id: identityOf.onboarding, appId: randomUUID(), displayName: 'id-onboarding' },
    { id: identityOf.broker, appId: randomUUID(), displayName: 'id-broker' },
  ],
})

export const openSmallGraph = async (tls: { cert: string; key: string }): Promise<SmallGraph> => {
  const graph: SmallGraph = {
    address: '',
    lists: freshTenant(),
    writes: [],
    denied: [],
    staleFor: 0,
    close: async () => undefined,
  }
  const part = await startPart({
    host: 'localhost',
    port: 0,
    tls,
    answer: (one) => answer(graph, one),
  })
  return Object.assign(graph, { address: part.address, close: part.close })
}

const refused = (status: number, code: string, message: string): LocalAnswer => ({
  status,
  body: { error: { code, message } },
})

const answer = (graph: SmallGraph, request: LocalRequest): LocalAnswer => {
  const { method, url, headers, body } = request
  if (!headers.authorization?.startsWith('Bearer '))
    return refused(401, 'InvalidAuthenticationToken', 'none')
  const path = decodeURIComponent(url.pathname).replace(/^\/v1\.0/, '')
  if (method === 'GET') return read(graph, path, url)
  graph.writes.push(`${method} ${path}`)
  if (graph.denied.some((start) => path.startsWith(start))) {
    return refused(
      403,
      'Authorization_RequestDenied',
      'Insufficient privileges to complete the operation.',
    )
  }
  const written: Stored = JSON.parse(body.toString('utf8'))
  return method === 'POST' ? create(graph, path, written) : change(graph, path, written)
}

const listOf = (graph: SmallGraph, path: string): Stored[] => (graph.lists[path] ??= [])

const found = (graph: SmallGraph, path: string): Stored | undefined => {
  if (path === '/me') return olga
  const [, list = '', key, plain] = /^(.+?)(?:\(appId='([^']*)'\)|\/([^/]+))$/.exec(path) ?? []
  const all =
    list === '/directoryObjects' ? ['/users', '/servicePrincipals', '/applications'] : [list]
  return all
    .flatMap((one) => listOf(graph, one).map((object): Stored => ({ ...object, ...typeOf(one) })))
    .find((one) =>
      key === undefined ? [one.id, one['userPrincipalName']].includes(plain) : one['appId'] === key,
    )
}

const typeOf = (list: string) => ({ '@odata.type': `#microsoft.graph.${list.slice(1, -1)}` })

const read = (graph: SmallGraph, path: string, url: URL): LocalAnswer => {
  if (isList(path)) return page(graph, path, url)
  const one = found(graph, path)
  return one
    ? { status: 200, body: one }
    : refused(404, 'Request_ResourceNotFound', 'It does not exist.')
}

const isList = (path: string): boolean =>
  path.split('/').length % 2 === 0 && !/\)$|^\/me$/.test(path)

// One item a page, so that whoever reads a list must follow its links.
const page = (graph: SmallGraph, path: string, url: URL): LocalAnswer => {
  const wanted = [...(url.searchParams.get('$filter') ?? '').matchAll(/eq '((?:[^']|'')*)'/g)].map(
    ([, text = '']) => text.replaceAll("''", "'"),
  )
  const all = listOf(graph, path).filter(
    (one) => wanted.length === 0 || namesOf(one).some((name) => wanted.includes(name)),
  )
  const skip = Number(url.searchParams.get('$skiptoken') ?? 0)
  const next = new URL(url.href.replace(/^https?:\/\/[^/]+/, graph.address))
  next.searchParams.set('$skiptoken', String(skip + 1))
  return {
    status: 200,
    body: {
      value: all.slice(skip, skip + 1),
      ...(skip + 1 < all.length && { '@odata.nextLink': next.href }),
    },
  }
}

/** What a service principal or application answers to. */
export const namesOf = (one: Stored): string[] => [
  String(one['displayName']),
  ...(Array.isArray(one['servicePrincipalNames']) ? one['servicePrincipalNames'].map(String) : []),
]

const isStale = (graph: SmallGraph): boolean => {
  if (graph.staleFor === 0) return false
  graph.staleFor -= 1
  return true
}

const create = (graph: SmallGraph, path: string, body: Stored): LocalAnswer => {
  if (path === '/applications') {
    const refusal = applicationRefusal(undefined, body)
    if (refusal !== undefined) return refused(400, 'Request_BadRequest', refusal)
    const made = storedApplication({ ...body, id: randomUUID(), appId: randomUUID() })
    listOf(graph, path).push(made)
    return { status: 201, body: made }
  }
  if (body['appId'] !== partnerCenterApp && isStale(graph)) {
    return refused(404, 'Request_ResourceNotFound', 'It does not exist.')
  }
  const made = { ...body, id: randomUUID(), ...(path === '/servicePrincipals' && known(body)) }
  listOf(graph, path).push(made)
  return { status: 201, body: made }
}

const known = ({ appId }: Stored): object => (appId === partnerCenterApp ? partnerCenter() : {})

const change = (graph: SmallGraph, path: string, body: Stored): LocalAnswer => {
  if (isStale(graph)) return refused(404, 'Request_ResourceNotFound', 'It does not exist.')
  const [, list = '', id] = /^(.+)\/([^/]+)$/.exec(path) ?? []
  const one = listOf(graph, list).find((object) => object.id === id)
  if (!one) return refused(404, 'Request_ResourceNotFound', 'It does not exist.')
  const refusal = list === '/applications' ? applicationRefusal(one, body) : undefined
  if (refusal !== undefined) return refused(400, 'Request_BadRequest', refusal)
  Object.assign(one, body)
  return { status: 204 }
}
