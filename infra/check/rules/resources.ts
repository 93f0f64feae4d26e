import { bodiesOf } from '../deployment/deployment.ts'
import { at, everyValue, membersOf, textOf, type Value } from '../deployment/value.ts'
import type { Deployment, Instance } from '../deployment/deployment.ts'
import type { AppName } from './context.ts'

/** The resources of a type that the templates make, or with `existing` those they only name. */
export const ofType = ({ instances }: Deployment, type: string): Instance[] =>
  instances.filter((one) => one.type === type && !one.declaration.isExisting)

export const siteType = 'Microsoft.Web/sites'

/** The sites of one app, by the tag that azd deploys to. */
export const sitesOf = (deployment: Deployment, app: AppName): Instance[] =>
  ofType(deployment, siteType).filter(
    ({ body }) => textOf(at(body, 'tags', 'azd-service-name')) === app,
  )

/** The settings of an app, by name. */
export const settingsOf = ({ body }: Instance): Map<string, Value> => {
  const list = at(body, 'properties', 'siteConfig', 'appSettings')
  const entries = list ? everyValue(list).filter((one) => membersOf(one).has('name')) : []
  return new Map(
    entries.flatMap((entry) => {
      const value = membersOf(entry).get('value')
      return value ? [[textOf(membersOf(entry).get('name')), value] as const] : []
    }),
  )
}

/** The name of a resource with those of the ones it lies in, such as `account/default/grants`. */
export const fullNameOf = ({ body, declaration, scope }: Instance): string => {
  const members = membersOf(body)
  const own = textOf(members.get('name'))
  const parent = members.get('parent')
  const outer =
    parent?.kind === 'reference'
      ? parent.to.declaration
      : scope.file.resources.find(({ name }) => name === declaration.inside)
  if (!outer) return own
  const above = nameThrough({ declaration: outer, scope: parent?.kind === 'reference' ? parent.to.scope : scope })
  return `${above}/${own}`
}

const nameThrough = (declared: Pick<Instance, 'declaration' | 'scope'>): string => {
  const [first] = bodiesOf(declared.declaration.body, declared.scope)
  return first
    ? fullNameOf({ ...first, declaration: declared.declaration, type: '', at: declared.declaration.at })
    : declared.declaration.name
}

/** The resource that a role, lock or record is on: its type and full name. */
export const targetOf = (instance: Instance): { type: string; name: string } | undefined => {
  const scope = membersOf(instance.body).get('scope')
  if (scope?.kind !== 'reference') return undefined
  const { declaration, scope: declaredIn } = scope.to
  return { type: declaration.type, name: nameThrough({ declaration, scope: declaredIn }) }
}
