import type { Deployment, Instance } from '../deployment/deployment.ts'
import { fullNameOf } from '../deployment/resource-name.ts'
import { at, isAlways, itemsOf, optionsOf, textOf, type Value } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type AppName, type Rule } from './context.ts'
import { ofType, settingsOf, sitesOf } from './resources.ts'

const wrong = breach('subnets')
const apps: readonly AppName[] = ['onboarding', 'broker']

/** Each app calls from its own subnet, and reaches what its own endpoints stand for. */
export const subnets: Rule = ({ possible }) => [
  ...apps.flatMap((app) => sitesOf(possible, app).flatMap((site) => callsFrom(site, app))),
  ...ofType(possible, 'Microsoft.Network/privateEndpoints').flatMap((endpoint) =>
    endpointProblems(endpoint, possible),
  ),
  ...apps.flatMap((app) => guardProblems(possible, app)),
]

const callsFrom = (site: Instance, app: AppName): Finding[] => {
  const subnet = at(site.body, 'properties', 'virtualNetworkSubnetId')
  return endsIn(subnet, app) ? [] : [wrong(subnet?.at ?? site.at, `${app} must call from its own`)]
}

const endsIn = (id: Value | undefined, name: string): boolean =>
  optionsOf(id).length > 0 && optionsOf(id).every((one) => textOf(one).endsWith(`/subnets/${name}`))

// The onboarding app reaches its host's storage and the broker's site; vault and data it cannot even see.
const endpointProblems = ({ body, at: where }: Instance, deployment: Deployment): Finding[] => {
  const [host] = sitesOf(deployment, 'onboarding').map((site) =>
    textOf(settingsOf(site).get('AzureWebJobsStorage__accountName')),
  )
  const subnet = at(body, 'properties', 'subnet', 'id')
  return itemsOf(at(body, 'properties', 'privateLinkServiceConnections')).flatMap((one) => {
    const groups = itemsOf(at(one, 'properties', 'groupIds')).map(textOf)
    const target = at(one, 'properties', 'privateLinkServiceId')
    const isHost = target?.kind === 'reference' && fullNameOf(target.to) === host
    const owner = isHost || groups.join() === 'sites' ? 'onboarding' : 'broker'
    if (endsIn(subnet, `${owner}-endpoints`)) return []
    return [wrong(where, `${textOf(at(body, 'name'))} must stand in ${owner}-endpoints`)]
  })
}

/** An app's endpoints answer that app's subnet, and nobody else. */
const guardProblems = (deployment: Deployment, app: AppName): Finding[] => {
  const parts = ofType(deployment, 'Microsoft.Network/virtualNetworks').flatMap(({ body }) =>
    itemsOf(at(body, 'properties', 'subnets')),
  )
  const named = (name: string) => parts.find((one) => isAlways(at(one, 'name'), name))
  const own = textOf(at(named(app), 'properties', 'addressPrefix'))
  const guarded = named(`${app}-endpoints`)
  const group = at(guarded, 'properties', 'networkSecurityGroup', 'id')
  const rules = ofType(deployment, 'Microsoft.Network/networkSecurityGroups')
    .filter(
      ({ body }) =>
        group?.kind === 'reference' && textOf(at(body, 'name')) === fullNameOf(group.to),
    )
    .flatMap(({ body }) => itemsOf(at(body, 'properties', 'securityRules')))
  const allowed = rules.filter((one) => !isAlways(at(one, 'properties', 'access'), 'Deny'))
  const isOwn = allowed.every((one) => textOf(at(one, 'properties', 'sourceAddressPrefix')) === own)
  const isRest = rules.some(
    (one) =>
      isAlways(at(one, 'properties', 'access'), 'Deny') &&
      isAlways(at(one, 'properties', 'sourceAddressPrefix'), '*'),
  )
  if (isOwn && isRest) return []
  const where = guarded?.at ?? { file: 'infra/modules/network.bicep', line: 1 }
  return [wrong(where, `${app}-endpoints must answer ${app} and nobody else`)]
}
