import {
  added,
  alerts,
  app,
  broken,
  brokerApp,
  endpoints,
  main,
  network,
  vault,
  type BrokenCopy,
} from './broken-copy.ts'

/** Copies that are no sound Bicep, or that Azure's schemas refuse. */
export const language: readonly BrokenCopy[] = [
  main('syntax', 'param location string', 'param location = = string'),
  main('symbol', 'tags: tags, token: token }', 'tags: tags, token: tokn }', 'tokn'),
  main('symbol', 'network.outputs.onboardingPrefix', 'network.outputs.onboardingPrefx'),
  main(
    'module',
    '    subnetId: network.outputs.subnets.broker\n',
    '',
    'needs the parameter subnetId',
  ),
  main(
    'module',
    '    hostName: storageNames.brokerHost\n',
    '    hostNam: storageNames.brokerHost\n',
    'no parameter hostNam',
  ),
  main('type', 'retentionDays: logDays', `retentionDays: '90'`, 'is of type int'),
  brokerApp('type', `siteDefault: 'Deny'`, `siteDefault: 'Refuse'`, 'may be Allow, Deny'),
  main(
    'module',
    '  scope: group\n  params: { location: location, tags: tags, token: token }',
    '  params: { location: location, tags: tags, token: token }',
    'needs a scope',
  ),
  added('unused', 'modules/app.bicep', `\n@description('x')\nparam spare string = ''\n`, 'spare'),
  added('unused', 'modules/app.bicep', `\nvar spare = 'x'\n`, 'spare'),
  app('start', `name: 'plan-\${name}'`, `name: 'plan-\${insights.properties.ConnectionString}'`),
  added(
    'loop',
    'modules/app.bicep',
    `\n@description('x')\noutput all array = concat([for one in siteRules: one.name], [])\n`,
  ),
  added('symbol', 'modules/app.bicep', `\nvar one = other\nvar other = one\n`, 'made from itself'),
  app('symbol', 'output id string', 'output id strng', 'the type strng'),
  main('symbol', 'outputs.subnets.broker\n', 'outputs.subnets.brokr\n', 'is nowhere'),
  app('symbol', `'\${runsAs.id}': {}`, `'\${runsAs.ids}': {}`, 'runsAs.ids is nowhere'),
  endpoints('symbol', 'endpoint.subnetId', 'endpoint.subnet', 'endpoint.subnet is nowhere'),
  main('type', 'size = { alwaysReady: 1,', 'size = { alwaysRedy: 1,', 'has no member alwaysRedy'),
  main('type', '40, memory: 2048 }', '40, memory: 1024 }', 'may be 512, 2048, 4096'),
  main('type', ', key: keyVaultName }', ' }', 'vaultNames lacks key'),
  broken('main.parameters.json')(
    'type',
    '"natGateway": { "value": true }',
    '"natGateway": { "value": "yes" }',
    'natGateway is of type bool',
  ),
  added(
    'scope',
    'main.bicep',
    `\nresource stray 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'stray'\n  location: location\n  properties: { sku: { family: 'A', name: 'standard' }, tenantId: operatorTenant }\n}\n`,
  ),
]

/** Copies with a property that Azure does not know so. */
export const schemas: readonly BrokenCopy[] = [
  vault('schema', 'enablePurgeProtection:', 'enablePurgeProtecton:', 'enablePurgeProtection?'),
  vault('schema', `defaultAction: 'Deny'`, `defaultAction: 'Refuse'`, 'may be'),
  vault(
    'schema',
    'softDeleteRetentionInDays: 90',
    `softDeleteRetentionInDays: '90'`,
    'of type int',
  ),
  vault('schema', '    tenantId: tenant().tenantId\n', '', 'tenantId is missing'),
  app('schema', 'Microsoft.Web/serverfarms@', 'Microsoft.Web/serverFarms@', 'is spelt'),
  app('schema', `ftpsState: 'Disabled'`, `ftpsState: 'Off'`),
  app('schema', 'ipSecurityRestrictions: siteRules', `ipSecurityRestrictions: 'none'`, 'is a list'),
  alerts('schema', 'evaluationFrequency:', 'evaluationFrequncy:', 'evaluationFrequency?'),
  main('schema', `'Standard_LRS', `, `'Standard_LRX', `, 'may be Standard_LRS'),
  app('schema', '  name: name\n', '', 'name is missing'),
  network('schema', 'Microsoft.Network/natGateways@', 'Microsoft.Network/natGates@', 'holds no'),
]
