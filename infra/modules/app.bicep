import { identity, size } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the app; also of its plan.')
param name string

@description('Service of azure.yaml that is deployed here.')
param serviceName string

@description('Identity that the app runs as.')
param runsAs identity

@description('Storage account of the Functions host: of this app alone. Its container `package` takes the code.')
@minLength(3)
@maxLength(24)
param hostName string

@description('Subnet from which the app calls out.')
param subnetId string

@description('Application Insights resource.')
param insightsName string

@description('Major version of Node.')
param nodeVersion string

@description('Size of the app.')
param sizing size

@description('True: spread over the zones of the region; at least two instances are then always there.')
param zoneRedundant bool

@description('Settings of the app itself. None is a secret of ours; the address of a webhook may be one of its receiver.')
@secure()
param settings object

@description('What becomes of requests to the site that no rule names.')
@allowed(['Allow', 'Deny'])
param siteDefault string

@description('Rules of the site, in order.')
param siteRules object[]

@description('Rules of the deployment site (SCM), in order. What no rule names is refused.')
param scmRules object[]

@description('Workspace that keeps the app\'s own record.')
param workspaceId string

// The default says it already; a list with no rule at all has been taken for "everybody" before.
var nobodyElse = [{ name: 'nobody-else', priority: 2147483647, action: 'Deny', ipAddress: 'Any' }]

resource host 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// By account name: with an address alone the host may not start, and an empty AzureWebJobsStorage breaks it.
var hostSettings = {
  AzureWebJobsStorage__accountName: hostName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: runsAs.clientId
  AzureWebJobsDisableHomepage: 'true'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${runsAs.clientId};Authorization=AAD'
  AZURE_CLIENT_ID: runsAs.clientId
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${runsAs.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${host.properties.primaryEndpoints.blob}package'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: runsAs.id }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: sizing.memory
        maximumInstanceCount: sizing.maximumInstances
        alwaysReady: sizing.alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: sizing.alwaysReady }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
      ipSecurityRestrictionsDefaultAction: siteDefault
      ipSecurityRestrictions: siteDefault == 'Deny' ? concat(siteRules, nobodyElse) : siteRules
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Deny'
      scmIpSecurityRestrictions: concat(scmRules, nobodyElse)
      // No loop: the connection string is known only while deploying, and a loop's list must be known before.
      appSettings: map(items(union(hostSettings, settings)), setting => { name: setting.key, value: setting.value })
    }
  }
}

resource ftpLogin 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource scmLogin 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

resource record 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'record'
  scope: site
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

@description('Resource id.')
output id string = site.id
