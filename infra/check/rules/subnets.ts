import type { Instance } from '../deployment/deployment.ts'
import { at, itemsOf, optionsOf, textOf } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type AppName, type Rule } from './context.ts'
import { ofType, sitesOf } from './resources.ts'

const wrong = breach('subnets')
const apps: readonly AppName[] = ['onboarding', 'broker']

/** Each app calls from its own subnet: by that the endpoints' doors know it. */
export const subnets: Rule = ({ possible }) =>
  apps.flatMap((app) => sitesOf(possible, app).flatMap((site) => callsFrom(site, app)))

const callsFrom = (site: Instance, app: AppName): Finding[] => {
  const subnet = at(site.body, 'properties', 'virtualNetworkSubnetId')
  const options = optionsOf(subnet)
  const isOwn = options.every((one) => textOf(one).endsWith(`/subnets/${app}`))
  if (options.length > 0 && isOwn) return []
  return [wrong(subnet?.at ?? site.at, `${app} must call from its own`)]
}

/** By default the broker calls Microsoft through the gateway whose address partners are told. */
export const fixedAddress: Rule = ({ usual }) =>
  ofType(usual, 'Microsoft.Network/virtualNetworks').flatMap(({ body }) =>
    itemsOf(at(body, 'properties', 'subnets'))
      .filter((subnet) => textOf(at(subnet, 'name')) === 'broker')
      .filter((subnet) => {
        const gateway = at(subnet, 'properties', 'natGateway', 'id')
        return gateway?.kind !== 'reference' || !gateway.to.declaration.type.endsWith('natGateways')
      })
      .map((subnet) => wrong(subnet.at, 'the broker must call out through the NAT gateway')),
  )
