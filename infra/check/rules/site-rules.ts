import {
  at,
  isAlways,
  itemsOf,
  literalsOf,
  membersOf,
  optionsOf,
  rootsOf,
  textOf,
  type Value,
} from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type Rule } from './context.ts'
import { ofType, siteConfigOf, siteType, sitesOf } from './resources.ts'

const wrong = breach('networks')

/** The rules of a list that let somebody in: a rule that says no action does. */
export const allowingIn = (list: Value | undefined): Value[] =>
  itemsOf(list)
    .flatMap(optionsOf)
    .filter((rule) => !isAlways(at(rule, 'action'), 'Deny'))

const isOf = (rule: Value, ...parameters: string[]): boolean => {
  const address = at(rule, 'ipAddress')
  const roots = address ? [...rootsOf(address)] : []
  const isLiteral = literalsOf(address).some((one) => typeof one === 'string')
  // A tag makes it a rule of a header, or of a service's addresses.
  const isPlain = at(rule, 'tag') === undefined && !isLiteral
  return isPlain && roots.length === 1 && parameters.some((one) => roots.includes(one))
}

/** `deployerAddresses` opens the deployment sites of both apps, and nothing else does. */
export const deployers: Rule = ({ possible }) =>
  ofType(possible, siteType).flatMap((one) => {
    const allowing = allowingIn(siteConfigOf(one, 'scmIpSecurityRestrictions'))
    const others = allowing.filter((rule) => !isOf(rule, 'deployerAddresses'))
    const isOpened = allowing.some((rule) => isOf(rule, 'deployerAddresses'))
    return [
      ...others.map((rule) =>
        wrong(rule.at, `a rule of SCM that is not of deployerAddresses: ${textOf(rule)}`),
      ),
      ...(isOpened ? [] : [wrong(one.at, 'deployerAddresses does not open SCM of this app')]),
    ]
  })

/** The broker's site lets in callers, operators and the onboarding subnet, whatever the parameters. */
export const brokerSite: Rule = ({ possible }) => {
  const subnets = sitesOf(possible, 'onboarding').map((one) =>
    textOf(at(one.body, 'properties', 'virtualNetworkSubnetId')),
  )
  const isRelay = (rule: Value): boolean => {
    const subnet = at(rule, 'vnetSubnetResourceId')
    const named = optionsOf(subnet)
      .map(textOf)
      .filter((text) => text !== '')
    const isAlone = at(rule, 'ipAddress') === undefined
    return isAlone && named.length > 0 && named.every((text) => subnets.includes(text))
  }
  return sitesOf(possible, 'broker').flatMap((one) =>
    allowingIn(siteConfigOf(one, 'ipSecurityRestrictions'))
      .filter((rule) => !isOf(rule, 'callerAddresses', 'managementAddresses') && !isRelay(rule))
      .map((rule) => wrong(rule.at, `a rule of the broker that is of no list: ${textOf(rule)}`)),
  )
}

/** The onboarding app is behind Front Door or public: no rule lets in one address. */
export const onboardingSite: Rule = ({ possible }) =>
  sitesOf(possible, 'onboarding').flatMap((one) =>
    allowingIn(siteConfigOf(one, 'ipSecurityRestrictions'))
      .filter((rule) => !isFrontDoor(rule))
      .map((rule) =>
        wrong(
          rule.at,
          `a rule of the onboarding app that is not of its Front Door: ${textOf(rule)}`,
        ),
      ),
  )

// The addresses of Front Door are everybody's: only the header tells whose profile it is.
const isFrontDoor = (rule: Value): boolean => {
  const headers = membersOf(at(rule, 'headers'))
  const profile = headers.get('x-azure-fdid')
  const isTagged = isAlways(at(rule, 'tag'), 'ServiceTag')
  return (
    isTagged &&
    isAlways(at(rule, 'ipAddress'), 'AzureFrontDoor.Backend') &&
    itemsOf(profile).length === 1 &&
    itemsOf(profile).every((id) => [...rootsOf(id)].join() === 'frontDoorId')
  )
}

/** An empty list means nobody: then no rule lets anybody in from outside. */
export const nobody: Rule = ({ shut }) => {
  const scm = ofType(shut, siteType).flatMap((one) =>
    allowingIn(siteConfigOf(one, 'scmIpSecurityRestrictions')),
  )
  const site = sitesOf(shut, 'broker').flatMap((one) =>
    allowingIn(siteConfigOf(one, 'ipSecurityRestrictions')).filter(
      (rule) => !membersOf(rule).has('vnetSubnetResourceId'),
    ),
  )
  return [...scm, ...site].map((rule): Finding =>
    wrong(rule.at, `lets somebody in though every list is empty: ${textOf(rule)}`),
  )
}
