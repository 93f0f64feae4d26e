import type { Resource } from '../bicep/bicep-file.ts'
import type { Templates } from '../bicep/templates.ts'
import { at, everyValue, isAlways, membersOf, textOf, type Value } from '../deployment/value.ts'
import type { Deployment, Instance } from '../deployment/deployment.ts'
import { fullNameOf } from '../deployment/resource-name.ts'
import type { AppName } from './context.ts'

/** The resources of a type that the templates make, or with `existing` those they only name. */
export const ofType = ({ instances }: Deployment, type: string): Instance[] =>
  instances.filter((one) => one.type === type && !one.declaration.isExisting)

/** Every resource that a file declares, made or not: what must not be there must not be written. */
export const declaredIn = ({ files }: Templates): Resource[] =>
  [...files.values()].flatMap(({ resources }) => resources)

export const siteType = 'Microsoft.Web/sites'

/** The sites of one app, by the tag that azd deploys to. */
export const sitesOf = (deployment: Deployment, app: AppName): Instance[] =>
  ofType(deployment, siteType).filter(
    ({ body }) => textOf(at(body, 'tags', 'azd-service-name')) === app,
  )

/** A part of a site's configuration. */
export const siteConfigOf = ({ body }: Instance, name: string): Value | undefined =>
  at(body, 'properties', 'siteConfig', name)

const known = new WeakMap<Value, ReadonlyMap<string, Value>>()

/** The settings of an app, by name. */
export const settingsOf = ({ body }: Instance): ReadonlyMap<string, Value> => {
  const found = known.get(body) ?? readSettings(body)
  known.set(body, found)
  return found
}

const readSettings = (body: Value): ReadonlyMap<string, Value> => {
  const list = at(body, 'properties', 'siteConfig', 'appSettings')
  const entries = list ? everyValue(list).filter((one) => membersOf(one).has('name')) : []
  return new Map(
    entries.flatMap((entry) => {
      const value = membersOf(entry).get('value')
      return value ? [[textOf(membersOf(entry).get('name')), value] as const] : []
    }),
  )
}

/** The resource that a role, lock or record is on: its type and full name. */
export const targetOf = (instance: Instance): { type: string; name: string } | undefined => {
  const scope = membersOf(instance.body).get('scope')
  return scope?.kind === 'reference'
    ? { type: scope.to.declaration.type, name: fullNameOf(scope.to) }
    : undefined
}

/** Whether it is made whatever the parameters are, beside what it belongs to. */
export const isAlwaysMade = ({ conditions }: Instance): boolean =>
  conditions.every((condition) => isAlways(condition, true))
