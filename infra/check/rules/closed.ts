import type { Instance } from '../deployment/deployment.ts'
import { at, isAlways, literalsOf, textOf } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type Rule } from './context.ts'
import { isAlwaysMade, ofType, siteType, sitesOf } from './resources.ts'

type Expectation = { type: string; path: string; is: string | number | boolean; rule: string }

const expectationsOf = (
  type: string,
  rule: string,
  expected: Record<string, string | number | boolean>,
): Expectation[] => Object.entries(expected).map(([path, is]) => ({ type, rule, path, is }))

const vault = 'Microsoft.KeyVault/vaults'
const account = 'Microsoft.Storage/storageAccounts'
const site = (rule: string, expected: Record<string, string | number | boolean>) =>
  expectationsOf(siteType, rule, expected)

/** What must be so whatever the parameters are. */
const expectations: readonly Expectation[] = [
  ...expectationsOf(vault, 'vault-rbac', { 'properties.enableRbacAuthorization': true }),
  ...expectationsOf(vault, 'vault-keeps', {
    'properties.enablePurgeProtection': true,
    'properties.enableSoftDelete': true,
    'properties.softDeleteRetentionInDays': 90,
  }),
  ...expectationsOf(vault, 'vault-closed', {
    'properties.enabledForDeployment': false,
    'properties.enabledForDiskEncryption': false,
    'properties.enabledForTemplateDeployment': false,
    'properties.networkAcls.defaultAction': 'Deny',
    'properties.networkAcls.bypass': 'None',
  }),
  ...expectationsOf(account, 'shared-keys', {
    'properties.allowSharedKeyAccess': false,
    'properties.isLocalUserEnabled': false,
  }),
  ...expectationsOf(account, 'public-blobs', { 'properties.allowBlobPublicAccess': false }),
  ...expectationsOf(account, 'tls', {
    'properties.minimumTlsVersion': 'TLS1_2',
    'properties.supportsHttpsTrafficOnly': true,
  }),
  ...expectationsOf(account, 'storage-closed', {
    'properties.allowCrossTenantReplication': false,
    'properties.networkAcls.defaultAction': 'Deny',
    'properties.networkAcls.bypass': 'None',
  }),
  ...expectationsOf(`${account}/blobServices/containers`, 'public-blobs', {
    'properties.publicAccess': 'None',
  }),
  ...site('tls', {
    'properties.httpsOnly': true,
    'properties.siteConfig.minTlsVersion': '1.2',
    'properties.siteConfig.scmMinTlsVersion': '1.2',
  }),
  ...site('site-closed', {
    'properties.siteConfig.ftpsState': 'Disabled',
    'properties.siteConfig.remoteDebuggingEnabled': false,
    'properties.siteConfig.scmIpSecurityRestrictionsUseMain': false,
    'properties.siteConfig.scmIpSecurityRestrictionsDefaultAction': 'Deny',
  }),
  ...expectationsOf('Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'basic-login', {
    'properties.allow': false,
  }),
  ...expectationsOf('Microsoft.Insights/components', 'telemetry-login', {
    'properties.DisableLocalAuth': true,
  }),
  ...expectationsOf('Microsoft.OperationalInsights/workspaces', 'telemetry-login', {
    'properties.features.disableLocalAuth': true,
  }),
  ...expectationsOf('Microsoft.Web/serverfarms', 'plan', {
    'sku.name': 'FC1',
    'sku.tier': 'FlexConsumption',
    'properties.reserved': true,
  }),
]

/** Doors that are closed whatever the parameters. */
export const closed: Rule = ({ possible }) =>
  expectations.flatMap(({ type, path, is, rule }) =>
    ofType(possible, type).flatMap((instance) => unexpected(instance, { path, is, rule })),
  )

const unexpected = (
  instance: Instance,
  { path, is, rule }: Omit<Expectation, 'type'>,
): Finding[] => {
  const found = at(instance.body, ...path.split('.'))
  if (isAlways(found, is)) return []
  return [breach(rule)(found?.at ?? instance.at, `${path} must be ${is}, and is ${textOf(found)}`)]
}

const restrictions = ['properties', 'siteConfig', 'ipSecurityRestrictionsDefaultAction'] as const

/** The broker refuses whom no rule names, always; the onboarding app does behind Front Door. */
export const siteDefaults: Rule = ({ possible, usual }) => {
  const wrong = breach('site-default')
  const brokers = sitesOf(possible, 'broker').flatMap((one) => {
    const found = at(one.body, ...restrictions)
    return isAlways(found, 'Deny')
      ? []
      : [wrong(found?.at ?? one.at, 'the broker must deny by default')]
  })
  const open = sitesOf(usual, 'onboarding').flatMap((one) => {
    const found = at(one.body, ...restrictions)
    return isAlways(found, 'Allow')
      ? []
      : [wrong(found?.at ?? one.at, 'the onboarding app is public')]
  })
  const behind = sitesOf(possible, 'onboarding').flatMap((one) => {
    const found = at(one.body, ...restrictions)
    return literalsOf(found).includes('Deny')
      ? []
      : [wrong(found?.at ?? one.at, 'behind Front Door the onboarding app must deny by default')]
  })
  const missing = (['broker', 'onboarding'] as const)
    .filter((app) => sitesOf(possible, app).length !== 1)
    .map((app) => wrong(placeOf(app), `there must be one site tagged azd-service-name ${app}`))
  return [...brokers, ...open, ...behind, ...missing]
}

const placeOf = (app: string) => ({ file: `infra/modules/${app}.bicep`, line: 1 })

/** Both ways to publish with a password are closed for each app. */
export const basicLogin: Rule = ({ possible }) =>
  ofType(possible, siteType).flatMap((one) => {
    const policies = ofType(possible, `${siteType}/basicPublishingCredentialsPolicies`)
      .filter(isAlwaysMade)
      .filter(({ scope }) => scope.path.join('/') === one.scope.path.join('/'))
      .map(({ body }) => textOf(at(body, 'name')))
    return ['ftp', 'scm']
      .filter((name) => !policies.includes(name))
      .map((name) => breach('basic-login')(one.at, `nothing switches the ${name} password off`))
  })
