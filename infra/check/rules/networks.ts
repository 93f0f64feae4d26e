import type { Instance } from '../deployment/deployment.ts'
import { at, optionsOf, rootsOf, textOf, type Value } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type AppName, type Rule } from './context.ts'
import { settingsOf, siteType, sitesOf } from './resources.ts'

// Where each list of addresses may flow to. `site-rules.ts` and `firewalls.ts` say what it does there.

const wrong = breach('networks')

type MayHold = (instance: Instance, path: string) => boolean

const rulesOf =
  (name: string): MayHold =>
  ({ type }, path) =>
    type === siteType && path.startsWith(`properties.siteConfig.${name}`)

const inScm = rulesOf('scmIpSecurityRestrictions')
const inSite = rulesOf('ipSecurityRestrictions')
const inSettings = rulesOf('appSettings')
const isOf = ({ body }: Instance, app: AppName): boolean =>
  textOf(at(body, 'tags', 'azd-service-name')) === app

// The site lets in the union of both lists; by these settings the app keeps them apart again.
const kept: [parameter: string, setting: string][] = [
  ['callerAddresses', 'CALLER_NETWORKS'],
  ['managementAddresses', 'MANAGEMENT_NETWORKS'],
]

const firewalled = ['Microsoft.KeyVault/vaults', 'Microsoft.Storage/storageAccounts']

const mayHold: Record<string, MayHold> = {
  deployerAddresses: inScm,
  callerAddresses: (one, path) =>
    isOf(one, 'broker') && (inSite(one, path) || inSettings(one, path)),
  managementAddresses: (one, path) =>
    isOf(one, 'broker') && (inSite(one, path) || inSettings(one, path)),
  operatorAddresses: ({ type }, path) =>
    firewalled.includes(type) && path.startsWith('properties.networkAcls.ipRules'),
}

/** Each list of addresses reaches what it is for, and nothing else. */
export const flows: Rule = ({ possible }) => [
  ...Object.entries(mayHold).flatMap(([parameter, may]) =>
    possible.instances.flatMap((one) => strays(one, parameter, may)),
  ),
  ...kept.flatMap(([parameter, setting]) =>
    sitesOf(possible, 'broker').flatMap((site) =>
      [...settingsOf(site)]
        .filter(([name, value]) => name !== setting && rootsOf(value).has(parameter))
        .map(([name, value]) =>
          wrong(value.at, `${parameter} must not reach the setting ${name} of broker`),
        ),
    ),
  ),
]

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

/** Every value inside one that has no more inside it, with the way to it. */
export const placesOf = (value: Value, path = ''): Place[] => {
  const below = (name: string) => (path === '' ? name : `${path}.${name}`)
  if (value.kind === 'object') {
    return [...value.members].flatMap(([name, one]) => placesOf(one, below(name)))
  }
  if (value.kind === 'array') return value.items.flatMap((one) => placesOf(one, path))
  if (value.kind === 'either') return value.options.flatMap((one) => placesOf(one, path))
  return [{ path, value }]
}

// No client has it: it stands for nobody, where an empty setting would be no rule at all.
const nobodysAddress = '255.255.255.255/32'

/** The app's own lists: an empty one holds nobody, and the onboarding subnet is the relay's. */
export const ownLists: Rule = ({ possible, shut }) => [
  ...kept.flatMap(([parameter, setting]) => [
    ...sitesOf(shut, 'broker').flatMap((site) =>
      settingProblems(site, setting, ({ kind, text }) =>
        kind === 'literal' && text === nobodysAddress
          ? undefined
          : 'must never be empty: to the app that is no rule',
      ),
    ),
    ...sitesOf(possible, 'broker').flatMap((site) =>
      settingProblems(site, setting, ({ roots, text }) =>
        text === nobodysAddress || (roots === parameter && /^join\([^]*\)$/.test(text))
          ? undefined
          : `must hold what ${parameter} names, and nothing beside it`,
      ),
    ),
  ]),
  ...sitesOf(possible, 'broker').flatMap((site) => {
    const prefixes = subnetsOf(possible.instances, 'onboarding')
    return settingProblems(site, 'RELAY_NETWORKS', ({ text }) =>
      prefixes.includes(text) ? undefined : `must be the onboarding app's subnet`,
    )
  }),
]

type Option = { kind: Value['kind']; text: string; roots: string }

const settingProblems = (
  site: Instance,
  setting: string,
  amiss: (option: Option) => string | undefined,
): Finding[] => {
  const value = settingsOf(site).get(setting)
  return optionsOf(value).flatMap((one) => {
    const { kind } = one
    const says = amiss({ kind, text: textOf(one), roots: [...rootsOf(one)].join() })
    return says === undefined ? [] : [wrong(value?.at ?? site.at, `${setting} ${says}`)]
  })
}

const subnetsOf = (instances: readonly Instance[], name: string): string[] =>
  instances
    .filter(({ type }) => type === 'Microsoft.Network/virtualNetworks')
    .flatMap(({ body }) => optionsOf(at(body, 'properties', 'subnets')))
    .flatMap((list) => (list.kind === 'array' ? list.items : []))
    .filter((subnet) => textOf(at(subnet, 'name')) === name)
    .map((subnet) => textOf(at(subnet, 'properties', 'addressPrefix')))
