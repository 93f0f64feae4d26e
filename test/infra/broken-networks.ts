import { brokerApp, main, network, onboardingApp, stores, type BrokenCopy } from './broken-copy.ts'

/** Copies in which a list of addresses lets in more, or other, than it says. */
export const networks: readonly BrokenCopy[] = [
  brokerApp(
    'networks',
    'empty(managementNetworks) ? nobody : join(managementNetworks',
    'empty(callerNetworks) ? nobody : join(callerNetworks',
    'must not reach the setting MANAGEMENT_NETWORKS',
  ),
  brokerApp(
    'networks',
    'CALLER_NETWORKS: empty(callerNetworks) ? nobody : ',
    'CALLER_NETWORKS: ',
    'CALLER_NETWORKS must never be empty',
  ),

  brokerApp(
    'networks',
    'siteRules: concat(callerRules,',
    'siteRules: concat(deployerRules, callerRules,',
    'deployerAddresses must not reach',
  ),
  brokerApp(
    'networks',
    'scmRules: deployerRules',
    'scmRules: concat(deployerRules, managementRules)',
    'not of deployerAddresses',
  ),
  onboardingApp('networks', 'scmRules: deployerRules', 'scmRules: []', 'does not open SCM'),
  brokerApp(
    'networks',
    `MANAGEMENT_NETWORKS: empty(managementNetworks) ? nobody : join(managementNetworks, ',')`,
    `MANAGEMENT_NETWORKS: join(managementNetworks, ',')`,
    'must never be empty',
  ),
  brokerApp(
    'networks',
    'scmRules: deployerRules',
    `scmRules: concat([{ name: 'all', priority: 1, action: 'Allow', ipAddress: '0.0.0.0/0' }], deployerRules)`,
    'every list is empty',
  ),
  main(
    'networks',
    'operatorNetworks: networksOf(operatorAddresses)',
    'operatorNetworks: networksOf(callerAddresses)',
    'callerAddresses must not reach',
  ),
  main(
    'networks',
    'operatorNetworks: networksOf(operatorAddresses)',
    'operatorNetworks: networksOf(deployerAddresses)',
    'deployerAddresses must not reach',
  ),
]

/** Copies in which a private endpoint is reached from elsewhere. */
export const doors: readonly BrokenCopy[] = [
  network('doors', 'from: [brokerPrefix]', 'from: [brokerPrefix, onboardingPrefix]', 'pe-vault'),
  network('doors', 'from: [brokerPrefix]', 'from: [addressSpace]', 'pe-data-table'),
  network('doors', 'from: [onboardingPrefix, deployersPrefix]', 'from: [onboardingPrefix]', 'site'),
  network(
    'doors',
    "privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'",
    "privateEndpointNetworkPolicies: 'Disabled'",
    'everywhere',
  ),
  network('doors', 'sourceAddressPrefixes: door.from', `sourceAddressPrefix: '*'`, 'pe-vault'),
  network('doors', 'networkSecurityGroup: { id: endpointRules[1].id }\n', '\n', 'everywhere'),
  network('doors', "access: 'Deny'", "access: 'Allow'", 'everywhere'),
  stores(
    'doors',
    'resourceId: vault.outputs.id, subnetId: subnets.brokerEndpoints',
    'resourceId: vault.outputs.id, subnetId: subnets.onboardingEndpoints',
    'pe-vault must be reached from broker',
  ),
]
