import type { Deployment, Instance } from '../deployment/deployment.ts'
import { fullNameOf } from '../deployment/resource-name.ts'
import { at, isAlways, itemsOf, textOf, type Value } from '../deployment/value.ts'
import { breach, type Rule } from './context.ts'
import { ofType, settingsOf, sitesOf } from './resources.ts'

const wrong = breach('doors')

/** Which subnets reach a private endpoint, by the security group of the subnet that it lies in. */
export const doors: Rule = ({ possible }) =>
  ofType(possible, 'Microsoft.Network/privateEndpoints').flatMap((endpoint) => {
    const found = reachedFrom(endpoint, possible).toSorted().join(', ')
    const expected = mayReach(endpoint, possible).toSorted().join(', ')
    const name = textOf(at(endpoint.body, 'name'))
    return found === expected
      ? []
      : [wrong(endpoint.at, `${name} must be reached from ${expected}, and is from ${found}`)]
  })

const connectionOf = ({ body }: Instance): Value | undefined =>
  at(itemsOf(at(body, 'properties', 'privateLinkServiceConnections'))[0], 'properties')

const mayReach = (endpoint: Instance, deployment: Deployment): string[] => {
  const connection = connectionOf(endpoint)
  if (itemsOf(at(connection, 'groupIds')).some((group) => isAlways(group, 'sites'))) {
    return ['onboarding', 'deployers']
  }
  const target = at(connection, 'privateLinkServiceId')
  const name = target?.kind === 'reference' ? fullNameOf(target.to) : textOf(target)
  const hosts = sitesOf(deployment, 'onboarding').map((site) =>
    textOf(settingsOf(site).get('AzureWebJobsStorage__accountName')),
  )
  return hosts.includes(name) ? ['onboarding'] : ['broker']
}

const subnetsOf = (deployment: Deployment): Value[] =>
  ofType(deployment, 'Microsoft.Network/virtualNetworks').flatMap(({ body }) =>
    itemsOf(at(body, 'properties', 'subnets')),
  )

const reachedFrom = ({ body }: Instance, deployment: Deployment): string[] => {
  const subnets = subnetsOf(deployment)
  const id = textOf(at(body, 'properties', 'subnet', 'id'))
  const subnet = subnets.find((one) => id.endsWith(`/subnets/${textOf(at(one, 'name'))}`))
  const inside = at(subnet, 'properties')
  // Without it a security group is not asked about private endpoints.
  if (!isAlways(at(inside, 'privateEndpointNetworkPolicies'), 'NetworkSecurityGroupEnabled')) {
    return ['everywhere']
  }
  const rules = rulesOf(at(inside, 'networkSecurityGroup', 'id'), deployment)
  const isClosed = rules.some((rule) => denies(rule))
  const names = rules.filter((rule) => !denies(rule)).flatMap(sourcesOf)
  const named = names.map((source) =>
    textOf(
      at(
        subnets.find((one) => textOf(at(one, 'properties', 'addressPrefix')) === source),
        'name',
      ),
    ),
  )
  return isClosed ? named : ['everywhere']
}

const rulesOf = (group: Value | undefined, deployment: Deployment): Value[] => {
  const name = group?.kind === 'reference' ? fullNameOf(group.to) : ''
  return ofType(deployment, 'Microsoft.Network/networkSecurityGroups')
    .filter(({ body }) => textOf(at(body, 'name')) === name)
    .flatMap(({ body }) => itemsOf(at(body, 'properties', 'securityRules')))
    .flatMap((rule) => at(rule, 'properties') ?? [])
}

const denies = (rule: Value): boolean =>
  isAlways(at(rule, 'access'), 'Deny') &&
  isAlways(at(rule, 'direction'), 'Inbound') &&
  isAlways(at(rule, 'sourceAddressPrefix'), '*')

const sourcesOf = (rule: Value): string[] =>
  [at(rule, 'sourceAddressPrefix'), ...itemsOf(at(rule, 'sourceAddressPrefixes'))].flatMap((one) =>
    one ? [textOf(one)] : [],
  )
