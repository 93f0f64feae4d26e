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
  sealKey,
  stores,
  vault,
  type BrokenCopy,
} from './broken-copy.ts'
import { hidden } from './broken-hidden.ts'
import { language, schemas } from './broken-language.ts'
import { doors, networks } from './broken-networks.ts'

const roleOnGroup = `
resource more 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(site.id, runsAs.principalId, 'more')
  properties: { principalId: runsAs.principalId, principalType: 'ServicePrincipal', roleDefinitionId: 'x' }
}
`

const closed: readonly BrokenCopy[] = [
  vault('vault-rbac', 'enableRbacAuthorization: true', 'enableRbacAuthorization: false'),
  vault('vault-keeps', 'enablePurgeProtection: true', 'enablePurgeProtection: false'),
  vault('vault-keeps', 'softDeleteRetentionInDays: 90', 'softDeleteRetentionInDays: 7'),
  vault('vault-closed', `defaultAction: 'Deny'`, `defaultAction: lock ? 'Deny' : 'Allow'`),
  vault('vault-closed', `bypass: 'None'`, `bypass: 'AzureServices'`),
  vault('vault-closed', 'enabledForDeployment: false', 'enabledForDeployment: true'),
  vault(
    'unreachable',
    `publicNetworkAccess: empty(operatorNetworks) ? 'Disabled' : 'Enabled'`,
    `publicNetworkAccess: 'Enabled'`,
  ),
  account('shared-keys', 'allowSharedKeyAccess: false', 'allowSharedKeyAccess: true'),
  account('public-blobs', 'allowBlobPublicAccess: false', 'allowBlobPublicAccess: true'),
  account('public-blobs', `publicAccess: 'None'`, `publicAccess: 'Blob'`),
  account('tls', `'TLS1_2'`, `'TLS1_0'`),
  account('storage-closed', `defaultAction: 'Deny'`, `defaultAction: 'Allow'`),
  account('storage-closed', `bypass: 'None'`, `bypass: 'AzureServices'`),
  app('tls', `scmMinTlsVersion: '1.2'`, `scmMinTlsVersion: '1.0'`),
  app('tls', 'httpsOnly: true', 'httpsOnly: false'),
  app('site-closed', `ftpsState: 'Disabled'`, `ftpsState: 'FtpsOnly'`),
  app(
    'site-closed',
    `scmIpSecurityRestrictionsDefaultAction: 'Deny'`,
    `scmIpSecurityRestrictionsDefaultAction: siteDefault`,
  ),
  app(
    'site-closed',
    'scmIpSecurityRestrictionsUseMain: false',
    'scmIpSecurityRestrictionsUseMain: true',
  ),
  app('basic-login', 'properties: { allow: false }', 'properties: { allow: true }'),
  app('basic-login', `name: 'scm'`, `name: 'ftp'`, 'scm password'),
  brokerApp('site-default', `siteDefault: 'Deny'`, `siteDefault: 'Allow'`),
  monitoring('telemetry-login', 'DisableLocalAuth: true', 'DisableLocalAuth: false'),
]

const rights: readonly BrokenCopy[] = [
  added('access', 'modules/app.bicep', roleOnGroup, 'belongs in'),
  added('access', 'modules/app.bicep', roleOnGroup, 'not on the whole group'),
  access(
    'access',
    'name: guid(vault.id, principals[given.who], given.role)',
    `name: guid(vault.id, 'broker')`,
    'must be guid',
  ),
  access('access', `principalType: 'ServicePrincipal'`, `principalType: 'User'`, 'principalType'),
  accessList(
    'access',
    '"who": "broker",\n      "role": "sealed-tokens"',
    '"who": "onboarding",\n      "role": "sealed-tokens"',
    'onboarding must hold nothing',
  ),
  accessList(
    'access',
    '"who": "broker",\n      "role": "queue-work",\n      "on": "queue",\n      "name": "events",',
    '"who": "onboarding",\n      "role": "queue-work",\n      "on": "queue",\n      "name": "events",',
    'onboarding must hold nothing',
  ),
  accessList(
    'access',
    '"role": "rows-append",\n      "on": "table"',
    '"role": "rows-keep",\n      "on": "table"',
    'more than the broker may',
  ),
  accessList(
    'access',
    '"Microsoft.KeyVault/vaults/secrets/delete"',
    '"Microsoft.KeyVault/vaults/secrets/purge/action"',
    'purge',
  ),
  accessList(
    'access',
    '"Microsoft.KeyVault/vaults/secrets/delete"',
    '"Microsoft.KeyVault/vaults/secrets/*"',
    'more than',
  ),
  accessList(
    'access',
    '"Microsoft.KeyVault/vaults/keys/unwrap/action"',
    '"Microsoft.KeyVault/vaults/keys/sign/action"',
    'sign',
  ),
  accessList('access', '"when": "certificate"', '"when": "federated"', 'signing must be given'),
  accessList(
    'access',
    `"on": "queue",\n      "name": "events",`,
    `"on": "somewhere",\n      "name": "events",`,
    'given by no resource',
  ),
  accessList('access', '"name": "grants"', '"name": "grant"', 'no role on grants'),
  access('access', 'name: hostNames[app]', 'name: hostNames.broker', 'onboarding'),
  access('access', 'name: hostNames[app]', 'name: dataName', `not its host's`),
]

const settings: readonly BrokenCopy[] = [
  main('settings', '      SEAL_KEY_NAME: sealKeyName\n', '', 'lacks the setting SEAL_KEY_NAME'),
  main(
    'settings',
    '      SEAL_KEY_NAME: sealKeyName\n',
    '      SEAL_KEY: sealKeyName\n',
    'reads SEAL_KEY',
  ),
  main(
    'settings',
    'OPERATOR_NAME: operatorName\n',
    'OPERATOR_NAME: operatorName\n  VAULT_URL: brokerUrl\n',
    'onboarding app reads VAULT_URL',
  ),
  app(
    'flex',
    'AZURE_CLIENT_ID: runsAs.clientId\n',
    `AZURE_CLIENT_ID: runsAs.clientId\n  WEBSITE_RUN_FROM_PACKAGE: '1'\n`,
  ),
  app(
    'flex',
    'AZURE_CLIENT_ID: runsAs.clientId\n',
    `AZURE_CLIENT_ID: runsAs.clientId\n  FUNCTIONS_WORKER_RUNTIME: 'node'\n`,
  ),
  app('home-page', `AzureWebJobsDisableHomepage: 'true'`, `AzureWebJobsDisableHomepage: 'false'`),
  main(
    'host-storage',
    'hostName: storageNames.onboardingHost',
    'hostName: storageNames.brokerHost',
  ),
]

const secrets: readonly BrokenCopy[] = [
  main(
    'secret',
    'EVENT_SECRET_NAMES: eventSecretNames',
    'EVENT_SECRET_NAMES: eventWebhooks',
    'EVENT_SECRET_NAMES would hold',
  ),
  added(
    'secret',
    'main.bicep',
    `\n@description('x')\n@secure()\nparam proof string\n`,
    'proof would bring',
  ),

  app(
    'secret',
    'AzureWebJobsStorage__accountName: hostName',
    'AzureWebJobsStorage__accountName: host.listKeys().keys[0].value',
  ),
  main(
    'secret',
    'APP_CLIENT_SECRET_NAME: appClientSecretName',
    'APP_CLIENT_SECRET: appClientSecretName',
    'would hold a secret',
  ),
  added(
    'secret',
    'modules/app.bicep',
    `\n@description('x')\noutput telemetry string = insights.properties.ConnectionString\n`,
    'output telemetry',
  ),
  added(
    'secret',
    'main.bicep',
    `\n@description('x')\n@secure()\nparam clientSecret string\n`,
    'would bring a secret',
  ),
  added(
    'secret',
    'modules/vault.bicep',
    `\nresource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {\n  parent: vault\n  name: 's'\n  properties: { value: 'x' }\n}\n`,
    'not for a template to write',
  ),
]

const kept: readonly BrokenCopy[] = [
  stores('stores', `'grants', `, '', 'nothing makes grants'),
  stores(
    'stores',
    `var queues = ['rotation-shards', `,
    'var queues = [',
    'nothing makes rotation-shards',
  ),
  stores('stores', `'\${queue}-poison'`, `'\${queue}-dead'`, 'events-poison'),
  main('locks', 'param locks bool = true', 'param locks bool = false'),
  vault('locks', '  scope: vault\n  properties: {\n    level', '  properties: {\n    level'),
  sealKey('seal-key', `['wrapKey', 'unwrapKey']`, `['wrapKey', 'unwrapKey', 'decrypt']`),
  sealKey('seal-key', 'exportable: false', 'exportable: true'),
  vault('record', "  name: 'record'\n  scope: vault\n", `  name: 'record'\n`),
  vault('version', 'Microsoft.KeyVault/vaults@2026-02-01', 'Microsoft.KeyVault/vaults@2024-11-01'),
  app('described', `@description('Name of the app; also of its plan.')\n`, ''),
  main(
    'reached',
    `module dns 'modules/dns.bicep'`,
    `module dns 'modules/endpoints.bicep'`,
    'nothing deploys',
  ),
  monitoring('loaded', `'../workbook.json'`, `'../workbok.json'`),
]

const watching: readonly BrokenCopy[] = [
  alerts('runbooks', '/${alert.name}.md', '/${alert.name}-page.md', 'is not there'),
  alerts(
    'runbooks',
    `description: '\${runbooksUrl}/\${alert.name}.md'`,
    `description: 'x'`,
    'links no runbook',
  ),
  alerts('alerts', 'actionGroups: [actionGroupId]', 'actionGroups: []', 'tells nobody'),
  alerts('alerts', 'enabled: true', 'enabled: false', 'switched off'),
  broken('modules/activity-alerts.bicep')(
    'alerts',
    `      'Microsoft.KeyVault/vaults/write'\n`,
    '',
    'nothing rings for Microsoft.KeyVault/vaults/write',
  ),
  broken('modules/activity-alerts.bicep')(
    'alerts',
    'for alert in activityAlerts: {',
    'for alert in activityAlerts: if (!empty(runbooksUrl)) {',
    'nothing rings for',
  ),
  broken('workbook.json')('workbook', '"items"', '"things"'),
]

/** Every way to spoil the templates that a rule must name. */
export const brokenCopies: readonly BrokenCopy[] = [
  ...language,
  ...schemas,
  ...closed,
  ...networks,
  ...doors,
  ...rights,
  ...settings,
  ...secrets,
  ...kept,
  ...watching,
  ...hidden,
]
