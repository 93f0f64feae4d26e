import {
  access,
  accessList,
  account,
  added,
  alerts,
  app,
  broken,
  brokerApp,
  main,
  monitoring,
  network,
  onboardingApp,
  sealKey,
  stores,
  vault,
  type BrokenCopy,
} from './broken-copy.ts'

// In each of these the breach is not where the rule's word stands: it hides behind a condition, a
// loop, a variable, a module or another resource.

const doors: readonly BrokenCopy[] = [
  vault(
    'unreachable',
    `publicNetworkAccess: empty(operatorNetworks) ? 'Disabled' : 'Enabled'`,
    `publicNetworkAccess: lock ? 'Disabled' : 'Enabled'`,
  ),
  vault('firewall', '{ value: network }', `{ value: '0.0.0.0/0' }`, '0.0.0.0/0'),
  account('firewall', `value: replace(network, '/32', '')`, `value: '0.0.0.0/1'`, '0.0.0.0/1'),
  account('firewall', 'virtualNetworkRules: []', `virtualNetworkRules: [{ id: 'subnet' }]`),
  account(
    'firewall',
    'virtualNetworkRules: []',
    `resourceAccessRules: [{ tenantId: 't', resourceId: 'r' }]`,
  ),
  stores(
    'firewall',
    `    containers: ['package']\n`,
    `    containers: ['package']\n    operatorNetworks: operatorNetworks\n`,
    'storage of a host',
  ),
  main(
    'networks',
    'alertAddresses: listOf(alertAddresses)',
    'alertAddresses: listOf(operatorAddresses)',
    'operatorAddresses must not reach',
  ),
  brokerApp(
    'networks',
    'siteRules: concat(callerRules,',
    `siteRules: concat(zoneRedundant ? [{ name: 'all', priority: 1, action: 'Allow', ipAddress: '0.0.0.0/0' }] : [], callerRules,`,
    'of no list',
  ),
  brokerApp(
    'networks',
    'siteRules: concat(callerRules,',
    `siteRules: concat([{ name: 'all', priority: 1, ipAddress: '0.0.0.0/0' }], callerRules,`,
    'of no list',
  ),
  brokerApp(
    'networks',
    `    priority: 1000 + index\n    action: 'Allow'\n    ipAddress: network`,
    `    priority: 1000 + index\n    action: 'Allow'\n    description: network\n    ipAddress: 'Any'`,
    'of no list',
  ),
  brokerApp(
    'networks',
    `    priority: 100 + index\n    action: 'Allow'\n    ipAddress: network`,
    `    priority: 100 + index\n    action: 'Allow'\n    description: network\n    ipAddress: 'Any'`,
    'not of deployerAddresses',
  ),
  brokerApp('networks', `'255.255.255.255/32'`, `'0.0.0.0/0'`, 'must never be empty'),
  brokerApp(
    'networks',
    'RELAY_NETWORKS: onboardingPrefix',
    `RELAY_NETWORKS: '0.0.0.0/0'`,
    'RELAY_NETWORKS must be',
  ),
  brokerApp(
    'networks',
    `join(callerNetworks, ',')`,
    `'0.0.0.0/0'`,
    'CALLER_NETWORKS must hold what callerAddresses names',
  ),
  brokerApp(
    'networks',
    `join(managementNetworks, ',')`,
    `'\${join(managementNetworks, ',')},0.0.0.0/0'`,
    'MANAGEMENT_NETWORKS must hold',
  ),
  brokerApp(
    'networks',
    `    priority: 1000 + index\n    action: 'Allow'\n`,
    `    priority: 1000 + index\n    action: 'Allow'\n    tag: 'XffProxy'\n`,
    'of no list',
  ),
  onboardingApp(
    'networks',
    `    headers: { 'x-azure-fdid': [frontDoorId] }\n`,
    '',
    'not of its Front Door',
  ),
  app(
    'basic-login',
    `basicPublishingCredentialsPolicies@2024-11-01' = {\n  parent: site\n  name: 'scm'`,
    `basicPublishingCredentialsPolicies@2024-11-01' = if (zoneRedundant) {\n  parent: site\n  name: 'scm'`,
    'scm password',
  ),
  vault(
    'vault-keeps',
    'enablePurgeProtection: true',
    `enablePurgeProtection: skuName == 'premium'`,
  ),
  added(
    'vault-rbac',
    'modules/stores.bicep',
    `
resource more 'Microsoft.KeyVault/vaults@2026-02-01' = [for one in (locks ? ['a'] : []): if (locks) {
  name: 'kv-\${one}'
  location: location
  properties: { tenantId: tenant().tenantId, sku: { family: 'A', name: 'standard' } }
}]
`,
  ),
]

const placed: readonly BrokenCopy[] = [
  main(
    'subnets',
    'subnetId: network.outputs.subnets.broker\n',
    'subnetId: network.outputs.subnets.onboarding\n',
    'broker must call from',
  ),
  network('subnets', 'delegations, natGateway: outbound }', 'delegations }', 'the NAT gateway'),
  broken('main.parameters.json')('defaults', 'LOCKS=true', 'LOCKS=false', 'locks is false here'),
  broken('main.parameters.json')('defaults', '{LOCKS=true}', '{LOCKS}', 'and true in main'),
  broken('main.parameters.json')(
    'defaults',
    '{CALLER_ADDRESSES}',
    '{CALLER_ADDRESSES=0.0.0.0/0}',
    'callerAddresses is 0.0.0.0/0 here',
  ),
  main('defaults', `callerAddresses string = ''`, `callerAddresses string = '0.0.0.0/0'`),
  main('defaults', 'natGateway bool = true', 'natGateway bool = false'),
  main('defaults', 'allowUnprovenMfa: false', 'allowUnprovenMfa: true'),
  main('defaults', 'trustedProxies: 1', 'trustedProxies: 2'),
  main('sites', 'environment().authentication.loginEndpoint', `'https://login.example'`),
  onboardingApp(
    'site-default',
    `empty(frontDoorId) ? 'Allow' : 'Deny'`,
    `'Allow'`,
    'behind Front Door',
  ),
  sealKey('seal-key', 'exportable: false', 'exportable: keySize == 4096', 'exportable'),
  sealKey('seal-key', 'rotationPolicy: {', 'rotationPolicy: keySize == 4096 ? null : {', 'rotates'),
  alerts('alerts', 'enabled: true', `enabled: brokerPrincipalId == 'x'`, 'switched off'),
]

const besides: readonly BrokenCopy[] = [
  added(
    'sites',
    'modules/app.bicep',
    `
resource web 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: site
  name: 'web'
  properties: { ipSecurityRestrictionsDefaultAction: 'Allow' }
}
`,
    'would say otherwise',
  ),
  app('sites', `{ 'azd-service-name': serviceName }`, `{ 'azd-service': serviceName }`, 'neither'),
  app(
    'sites',
    `{ '\${runsAs.id}': {} }`,
    `{ '\${runsAs.id}': {}, '\${plan.id}': {} }`,
    'must run as',
  ),
  app('sites', `type: 'UserAssigned', `, `type: 'SystemAssigned, UserAssigned', `, 'must run as'),
  app('sites', ';Authorization=AAD', '', 'must match'),
  main('runtime', `@allowed(['24', '22'])`, `@allowed(['24', '22', '18'])`),
  vault('record', `allLogs', enabled: true`, `allLogs', enabled: false`),
  vault(
    'record',
    `diagnosticSettings@2021-05-01-preview' = {`,
    `diagnosticSettings@2021-05-01-preview' = if (skuName == 'premium') {`,
  ),
  vault('version', 'locks@2020-05-01', 'locks@2015-01-01', 'or later'),
  vault('version', 'vaults@2026-02-01', 'vaults@2099-01-01', 'is not known here'),
  app('version', `storageAccounts@2025-01-01' existing`, `storageAccounts@2021-01-01' existing`),
]

const role = `
resource more 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for one in (lock ? ['a'] : []): if (lock) {
  name: guid(vault.id, one, 'r')
  scope: vault
  properties: { principalId: one, principalType: 'ServicePrincipal', roleDefinitionId: 'x' }
}]
`

const rights: readonly BrokenCopy[] = [
  added('access', 'modules/vault.bicep', role, 'belongs in'),
  added('access', 'modules/vault.bicep', role, 'access.json does not list'),
  accessList('access', ',\n        "Microsoft.KeyVault/vaults/keys/unwrap/action"', '', 'may not'),
  added(
    'access',
    'modules/vault.bicep',
    `\nresource more 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (1 == 2) {\n  name: 'x'\n}\n`,
    'belongs in',
  ),
  access(
    'access',
    'for given in onVault: {',
    `for given in onVault: if (appCredential == 'secret') {`,
    'given by no resource',
  ),
  access('type', 'onboarding: string, broker: string', 'onboarding: string, brokr: string'),
]

const said: readonly BrokenCopy[] = [
  main(
    'secret',
    `onboardingUrl string = ''`,
    `onboardingUrl string = 'https://x/?sig=a1'`,
    'stands',
  ),
  broken('main.parameters.json')(
    'secret',
    '${APP_CLIENT_SECRET_NAME}',
    ['aB1', '8Q~', 'x'.repeat(34)].join(''),
    'a secret stands here',
  ),
  main('secret', '@secure()\nparam eventWebhooks', 'param eventWebhooks', 'is not @secure()'),
  brokerApp('secret', '@secure()\nparam placeSettings', 'param placeSettings', 'not @secure()'),
  app('secret', '@secure()\nparam settings', 'param settings', 'settings takes what is secret'),
  main('secret', `param eventWebhooks string = ''`, `param eventWebhooks string = 'x'`, 'stands'),
  main(
    'secret',
    `'azd-env-name': environmentName }`,
    `'azd-env-name': environmentName, x: eventWebhooks }`,
    'would show',
  ),
  added(
    'secret',
    'main.bicep',
    `\nvar kept = { list: listOf(eventWebhooks) }\n@description('x')\noutput all object = kept\n`,
    'output all',
  ),
  added(
    'secret',
    'modules/app.bicep',
    `\nvar kept = [{ a: insights.properties.ConnectionString }]\n@description('x')\noutput all array = kept\n`,
    'output all',
  ),
  added(
    'secret',
    'modules/app.bicep',
    `\nvar kept = insights.properties\n@description('x')\noutput all string = 'x\${string(kept)}y'\n`,
    'output all',
  ),
  monitoring(
    'secret',
    'output insightsName string = insights.name',
    'output insightsName object = insights.properties',
    'output insightsName',
  ),
  app('secret', 'output id string = site.id', 'output id object = site.properties.siteConfig'),
  added(
    'secret',
    'modules/app.bicep',
    `\nfunc listKeys(a string) string => a\n@description('x')\noutput all string = host.listKeys(listKeys('a'))\n`,
    'output all',
  ),
  main(
    'settings',
    '    commonSettings: commonSettings\n    placeSettings: {',
    '    commonSettings: commonSettings\n    placeSettings: !zoneRedundant ? {} : {',
    'lacks the setting VAULT_URL',
  ),
]

/** Breaches that are not written where one would look for them. */
export const hidden: readonly BrokenCopy[] = [...doors, ...placed, ...besides, ...rights, ...said]
