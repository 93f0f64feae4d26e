@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('standard: keys in software; premium: keys in hardware.')
@allowed(['standard', 'premium'])
param skuName string

@description('Networks (CIDR) of operators who look after the vault. Empty: only private endpoints reach it.')
param operatorNetworks string[]

@description('True: nobody can delete the vault without removing the lock first.')
param lock bool

@description('Workspace that keeps the vault\'s record of who did what.')
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: skuName }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: empty(operatorNetworks) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
      ipRules: [for network in operatorNetworks: { value: network }]
      virtualNetworkRules: []
    }
  }
}

resource locked 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'keep'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds every partner\'s sealed token, or the key that opens them. Deleting it ends every consent.'
  }
}

resource record 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'record'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id.')
output id string = vault.id

@description('Address of the vault.')
output uri string = vault.properties.vaultUri
