import type { Instance } from '../deployment/deployment.ts'
import {
  at,
  everyValue,
  literalsOf,
  membersOf,
  rootsOf,
  textOf,
  type Value,
} from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type AppName, type Rule } from './context.ts'
import { ofType, settingsOf, siteType, sitesOf } from './resources.ts'

const wrong = breach('networks')

const siteConfig = (instance: Instance, name: string): Value | undefined =>
  at(instance.body, 'properties', 'siteConfig', name)

const rulesIn = (list: Value | undefined): Value[] =>
  list ? everyValue(list).filter((one) => membersOf(one).has('action')) : []

const isAllowing = (rule: Value): boolean =>
  literalsOf(membersOf(rule).get('action')).some((action) => action !== 'Deny')

/** `deployerAddresses` opens the deployment sites of both apps, and no other list does. */
export const deployers: Rule = ({ possible }) => {
  const sites = ofType(possible, siteType)
  const scm = sites.flatMap((one) => {
    const list = siteConfig(one, 'scmIpSecurityRestrictions')
    const allowing = rulesIn(list).filter(isAllowing)
    const others = allowing.filter((rule) => !isFrom(rule, 'deployerAddresses'))
    const isOpened = allowing.some((rule) => isFrom(rule, 'deployerAddresses'))
    return [
      ...others.map((rule) =>
        wrong(rule.at, `a rule of SCM that is not of deployerAddresses: ${textOf(rule)}`),
      ),
      ...(isOpened ? [] : [wrong(one.at, 'deployerAddresses does not open SCM of this app')]),
    ]
  })
  return [...scm, ...possible.instances.flatMap((one) => strays(one, 'deployerAddresses', isScm))]
}

const isFrom = (rule: Value, parameter: string): boolean =>
  [...rootsOf(rule)].every((root) => root === parameter) && rootsOf(rule).size > 0

const isScm = (_instance: Instance, path: string): boolean =>
  path.startsWith('properties.siteConfig.scmIpSecurityRestrictions')

type MayHold = (instance: Instance, path: string) => boolean

/** Places of a resource that a parameter flows into and may not. */
const strays = (instance: Instance, parameter: string, may: MayHold): Finding[] =>
  placesOf(instance.body)
    .filter(
      ({ value, path }) =>
        value.kind === 'unknown' && value.roots.has(parameter) && !may(instance, path),
    )
    .map(({ value, path }) =>
      wrong(value.at, `${parameter} must not reach ${instance.type} ${path}`),
    )

type Place = { path: string; value: Value }

const placesOf = (value: Value, path = ''): Place[] => {
  const below = (name: string) => (path === '' ? name : `${path}.${name}`)
  if (value.kind === 'object') {
    return [...value.members].flatMap(([name, one]) => placesOf(one, below(name)))
  }
  if (value.kind === 'array') return value.items.flatMap((one) => placesOf(one, path))
  if (value.kind === 'either') return value.options.flatMap((one) => placesOf(one, path))
  return [{ path, value }]
}

const isSiteOf =
  (app: AppName): MayHold =>
  ({ type, body }, path) =>
    type === siteType &&
    textOf(at(body, 'tags', 'azd-service-name')) === app &&
    path.startsWith('properties.siteConfig.ipSecurityRestrictions')

// The site lets in the union of both lists; by these settings the app keeps them apart again.
const kept: [parameter: string, setting: string][] = [
  ['callerAddresses', 'CALLER_NETWORKS'],
  ['managementAddresses', 'MANAGEMENT_NETWORKS'],
]

/** Callers and operators are let into the broker's site, and nowhere else. */
export const callers: Rule = ({ possible }) => {
  const inBroker = isSiteOf('broker')
  const orSettings: MayHold = (one, path) =>
    inBroker(one, path) || path.startsWith('properties.siteConfig.appSettings')
  return kept.flatMap(([parameter, setting]) => [
    ...possible.instances.flatMap((one) => strays(one, parameter, orSettings)),
    ...(['onboarding', 'broker'] as const).flatMap((app) =>
      sitesOf(possible, app).flatMap((site) =>
        settingsWith(site, parameter)
          .filter(({ name }) => app !== 'broker' || name !== setting)
          .map(({ name, value }) =>
            wrong(value.at, `${parameter} must not reach the setting ${name} of ${app}`),
          ),
      ),
    ),
  ])
}

const settingsWith = (site: Instance, parameter: string): { name: string; value: Value }[] =>
  [...settingsOf(site)]
    .map(([name, value]) => ({ name, value }))
    .filter(({ value }) => rootsOf(value).has(parameter))

/** An empty list means nobody: by default no rule lets anybody in from outside. */
export const nobody: Rule = ({ usual }) => {
  const scm = ofType(usual, siteType).flatMap((one) =>
    rulesIn(siteConfig(one, 'scmIpSecurityRestrictions')).filter(isAllowing),
  )
  const site = sitesOf(usual, 'broker').flatMap((one) =>
    rulesIn(siteConfig(one, 'ipSecurityRestrictions')).filter(
      (rule) => isAllowing(rule) && !membersOf(rule).has('vnetSubnetResourceId'),
    ),
  )
  const lists = sitesOf(usual, 'broker').flatMap((one) =>
    ['CALLER_NETWORKS', 'MANAGEMENT_NETWORKS', 'RELAY_NETWORKS'].flatMap((name) => {
      const value = settingsOf(one).get(name)
      const isBlank = value === undefined || literalsOf(value).includes('')
      return isBlank
        ? [
            wrong(
              value?.at ?? one.at,
              `${name} must never be empty: to the app that is no rule at all`,
            ),
          ]
        : []
    }),
  )
  return [
    ...[...scm, ...site].map((rule) =>
      wrong(rule.at, `lets somebody in by default: ${textOf(rule)}`),
    ),
    ...lists,
  ]
}
