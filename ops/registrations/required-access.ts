import type { ResourceAccess } from './application.ts'
import type { AskedResource } from './delegated-permissions.ts'
import type { Change, Difference } from './difference.ts'

type Asked = {
  on: string
  is: readonly ResourceAccess[]
  should: readonly AskedResource[]
}

/** The permissions that an application lacks: delegated ones only. What else it asks for is said. */
export const permissionsDifference = ({ on, is, should }: Asked): Partial<Difference> => {
  const next = [...is]
  const changes: Change[] = []
  for (const { appId, displayName, permissions } of should) {
    const at = next.findIndex(({ resourceAppId }) => resourceAppId === appId)
    const held = next[at]?.resourceAccess ?? []
    const missing = permissions.filter(({ id }) => !held.some((one) => isScope(one, id)))
    if (missing.length === 0) continue
    const access = missing.map(({ id }) => ({ id, type: 'Scope' }))
    next.splice(at === -1 ? next.length : at, at === -1 ? 0 : 1, {
      resourceAppId: appId,
      resourceAccess: [...held, ...access],
    })
    changes.push(
      ...missing.map(({ name, why }) => ({
        on,
        what: `delegated permission ${displayName} ${name}`,
        why,
      })),
    )
  }
  return {
    ...(changes.length > 0 && { main: { requiredResourceAccess: next } }),
    changes,
    left: is.flatMap((one) => strangersIn({ on, is: one, should })),
  }
}

type Access = ResourceAccess['resourceAccess'][number]

const isScope = (one: Access, id: string): boolean => one.type === 'Scope' && one.id === id

type One = { on: string; is: ResourceAccess; should: readonly AskedResource[] }

const strangersIn = ({ on, is, should }: One): string[] => {
  const resource = should.find(({ appId }) => appId === is.resourceAppId)
  const name = resource?.displayName ?? is.resourceAppId
  return is.resourceAccess
    .filter((one) => resource?.permissions.some(({ id }) => isScope(one, id)) !== true)
    .map(({ id, type }) =>
      type === 'Scope'
        ? `${on}: delegated permission ${id} of ${name}: partners are asked for it too`
        : `${on}: application permission ${id} of ${name}: it must have none. Remove it`,
    )
}
