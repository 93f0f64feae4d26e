@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Redundancy.')
param skuName string

@description('Blob containers.')
param containers string[] = []

@description('Tables, each made here: no app may make one.')
param tables string[] = []

@description('Queues, each made here: no app may make one.')
param queues string[] = []

@description('Networks (CIDR) of operators who look after the data. Empty: only private endpoints reach it.')
param operatorNetworks string[] = []

@description('True: nobody can delete the account without removing the lock first.')
param lock bool = false

@description('Workspace that keeps the account\'s record of who did what.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: empty(operatorNetworks) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
      ipRules: [for network in operatorNetworks: { action: 'Allow', value: replace(network, '/32', '') }]
      virtualNetworkRules: []
    }
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = [
  for container in containers: {
    parent: blobService
    name: container
    properties: { publicAccess: 'None' }
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource tableList 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource queueList 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource locked 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'keep'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds every grant, permission and audit record. Rows, and tables past the control plane, can still be deleted by whoever has a right on the data.'
  }
}

var everything = [{ categoryGroup: 'allLogs', enabled: true }]

resource blobRecord 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'record'
  scope: blobService
  properties: { workspaceId: workspaceId, logAnalyticsDestinationType: 'Dedicated', logs: everything }
}

resource tableRecord 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'record'
  scope: tableService
  properties: { workspaceId: workspaceId, logAnalyticsDestinationType: 'Dedicated', logs: everything }
}

resource queueRecord 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'record'
  scope: queueService
  properties: { workspaceId: workspaceId, logAnalyticsDestinationType: 'Dedicated', logs: everything }
}

@description('Resource id.')
output id string = account.id

@description('Address of the tables, without a slash at the end.')
output tablesUrl string = 'https://${account.name}.table.${environment().suffixes.storage}'

@description('Address of the queues, without a slash at the end.')
output queuesUrl string = 'https://${account.name}.queue.${environment().suffixes.storage}'
