import {
  access,
  added,
  alerts,
  app,
  brokerApp,
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
  main('module', 'retentionDays: logDays', `retentionDays: '90'`, 'is of type int'),
  brokerApp('module', `siteDefault: 'Deny'`, `siteDefault: 'Refuse'`, 'may be Allow, Deny'),
  main(
    'module',
    '  scope: group\n  params: { location: location, tags: tags, token: token }',
    '  params: { location: location, tags: tags, token: token }',
    'needs a scope',
  ),
  added('unused', 'modules/app.bicep', `\n@description('x')\nparam spare string = ''\n`, 'spare'),
  added('unused', 'modules/app.bicep', `\nvar spare = 'x'\n`, 'spare'),
  app('start', `name: 'plan-\${name}'`, `name: 'plan-\${insights.properties.ConnectionString}'`),
  app(
    'start',
    'appSettings: map(items(union(hostSettings, settings)), setting => { name: setting.key, value: setting.value })',
    'appSettings: [for setting in items(union(hostSettings, settings)): { name: setting.key, value: setting.value }]',
    'insights.properties',
  ),
  added(
    'start',
    'modules/app.bicep',
    `\nvar ids = [for one in siteRules: { id: site.properties.defaultHostName }]\n`,
    'site.properties',
  ),
  access(
    'parent',
    `  parent: vault\n  name: empty(certificateName) ? 'none' : certificateName\n`,
    `  name: '\${vaultName}/\${certificateName}'\n`,
    'say parent: vault',
  ),
  added(
    'loop',
    'modules/app.bicep',
    `\n@description('x')\noutput all array = concat([for one in siteRules: one.name], [])\n`,
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
  app(
    'schema',
    `ipSecurityRestrictions: siteDefault == 'Deny' ? concat(siteRules, nobodyElse) : siteRules`,
    `ipSecurityRestrictions: 'none'`,
    'is a list',
  ),
  alerts('schema', 'evaluationFrequency:', 'evaluationFrequncy:', 'evaluationFrequency?'),
  network('schema', 'Microsoft.Network/natGateways@', 'Microsoft.Network/natGates@', 'holds no'),
]
