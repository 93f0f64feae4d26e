import { audiences } from '../../shared/broker/audience.ts'
import type { Directory } from '../directory.ts'
import { EntraError } from './aadsts.ts'

/** An API that tokens are issued for. */
export type Resource = {
  /** The name in scopes. */
  name: string
  /** The `aud` of its tokens. */
  audience: string
  /** Delegated permissions that the partner application's registration lists. */
  permissions: readonly string[]
}

export type RequestedScope = {
  /** `openid`, `profile`, `email`, `offline_access`, as far as asked for. */
  openid: Set<string>
  resources: { resource: Resource; names: string[] }[]
}

export const microsoftGraphName = 'https://graph.microsoft.com'
const openidScopes = new Set(['openid', 'profile', 'email', 'offline_access'])

/** The Microsoft APIs that the partner application may be consented to. */
export const microsoftResources = (): Resource[] =>
  audiences.map(({ resource, permissions }) => ({
    name: resource,
    audience: resource,
    permissions,
  }))

/** The resource of that name; a trailing slash is forgiven. */
export const findResource = (directory: Directory, name: string): Resource | undefined => {
  const bare = name.replace(/\/+$/, '').toLowerCase()
  const { clientId, audience } = directory.brokerApi
  if (bare === audience.toLowerCase() || bare === clientId) {
    return { name: audience, audience: clientId, permissions: ['Manage'] }
  }
  return microsoftResources().find((resource) => resource.name === bare)
}

/** Reads a `scope` parameter; a resource that is not known here is refused (AADSTS500011). */
export const parseScope = (directory: Directory, text: string): RequestedScope => {
  const values = text.split(/\s+/).filter((value) => value !== '')
  const openid = new Set(values.filter((value) => openidScopes.has(value)))
  const resources: RequestedScope['resources'] = []
  for (const value of values.filter((one) => !openid.has(one))) {
    const { resource, name } = parseValue(directory, value)
    const known = resources.find((one) => one.resource.name === resource.name)
    if (known) known.names.push(name)
    else resources.push({ resource, names: [name] })
  }
  return { openid, resources }
}

const parseValue = (directory: Directory, value: string) => {
  const slash = value.lastIndexOf('/')
  // A bare name, such as User.Read or .default, is one of Microsoft Graph's.
  const resourceName = slash < 1 ? microsoftGraphName : value.slice(0, slash)
  const resource = findResource(directory, resourceName)
  if (!resource) {
    throw new EntraError(
      500011,
      `The resource principal named ${resourceName} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    )
  }
  return { resource, name: value.slice(slash + 1) }
}
