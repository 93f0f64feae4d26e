import { accountSet, vaultPair } from '../types.bicep'

// Where things are kept: vaults, the sealing key, three storage accounts, and the only ways in.

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Names of the vaults; both are the same where the sealing key lies beside the sealed tokens.')
param vaultNames vaultPair

@description('standard: keys in software; premium: keys in hardware.')
param vaultSku string

@description('Name of the sealing key.')
param sealKeyName string

@description('Size of the sealing key in bits.')
param sealKeySize int

@description('Names of the storage accounts: one for each Functions host, one for the data.')
param storageNames accountSet

@description('Redundancy of all storage accounts.')
param storageSku string

@description('Networks (CIDR) of operators who look after vaults and data. Empty: nobody from outside.')
param operatorNetworks string[]

@description('True: vaults and data cannot be deleted without removing the lock first.')
param locks bool

@description('Subnets of the private endpoints.')
param subnets { onboardingEndpoints: string, brokerEndpoints: string }

@description('DNS zones by what is reached.')
param zoneIds object

@description('Workspace that keeps every store\'s record of who did what.')
param workspaceId string

// Each of them has its roles by access.json; the apps can make neither tables nor queues.
var tables = ['grants', 'invitations', 'attempts', 'sessions', 'policy', 'audit', 'rotation', 'failed', 'usage']
var queues = ['rotation-shards', 'rotation-partners', 'events', 'usage']
var poisonQueues = map(queues, queue => '${queue}-poison')
var separateKeyVault = vaultNames.key != vaultNames.tokens

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: vaultNames.tokens
    location: location
    tags: tags
    skuName: vaultSku
    operatorNetworks: operatorNetworks
    lock: locks
    workspaceId: workspaceId
  }
}

module keyVault 'vault.bicep' = if (separateKeyVault) {
  name: 'key-vault'
  params: {
    name: vaultNames.key
    location: location
    tags: tags
    skuName: vaultSku
    operatorNetworks: operatorNetworks
    lock: locks
    workspaceId: workspaceId
  }
}

module sealKey 'seal-key.bicep' = {
  name: 'seal-key'
  params: {
    vaultName: vaultNames.key
    keyName: sealKeyName
    keySize: sealKeySize
    keyType: vaultSku == 'premium' ? 'RSA-HSM' : 'RSA'
  }
  dependsOn: [vault, keyVault]
}

module onboardingHost 'storage-account.bicep' = {
  name: 'onboarding-host'
  params: {
    name: storageNames.onboardingHost
    location: location
    tags: tags
    skuName: storageSku
    containers: ['package']
    workspaceId: workspaceId
  }
}

module brokerHost 'storage-account.bicep' = {
  name: 'broker-host'
  params: {
    name: storageNames.brokerHost
    location: location
    tags: tags
    skuName: storageSku
    containers: ['package']
    workspaceId: workspaceId
  }
}

module data 'storage-account.bicep' = {
  name: 'data'
  params: {
    name: storageNames.data
    location: location
    tags: tags
    skuName: storageSku
    tables: tables
    queues: concat(queues, poisonQueues)
    operatorNetworks: operatorNetworks
    lock: locks
    workspaceId: workspaceId
  }
}

var toOnboardingHost = { resourceId: onboardingHost.outputs.id, subnetId: subnets.onboardingEndpoints }
var toBrokerHost = { resourceId: brokerHost.outputs.id, subnetId: subnets.brokerEndpoints }
var toData = { resourceId: data.outputs.id, subnetId: subnets.brokerEndpoints }
var toVault = { resourceId: vault.outputs.id, subnetId: subnets.brokerEndpoints }
var keyVaultId = resourceId('Microsoft.KeyVault/vaults', vaultNames.key)
var toKeyVault = { resourceId: keyVaultId, subnetId: subnets.brokerEndpoints }

var always = [
  union(toOnboardingHost, { name: 'onboarding-host-blob', group: 'blob' })
  union(toOnboardingHost, { name: 'onboarding-host-table', group: 'table' })
  union(toBrokerHost, { name: 'broker-host-blob', group: 'blob' })
  union(toBrokerHost, { name: 'broker-host-table', group: 'table' })
  union(toData, { name: 'data-table', group: 'table' })
  union(toData, { name: 'data-queue', group: 'queue' })
  union(toVault, { name: 'vault', group: 'vault' })
]
var forKeyVault = separateKeyVault ? [union(toKeyVault, { name: 'key-vault', group: 'vault' })] : []

module endpoints 'endpoints.bicep' = {
  name: 'store-endpoints'
  params: { location: location, tags: tags, endpoints: concat(always, forKeyVault), zoneIds: zoneIds }
  dependsOn: [keyVault]
}

@description('Address of the vault of the sealed tokens.')
output vaultUri string = vault.outputs.uri

@description('Address of the tables.')
output tablesUrl string = data.outputs.tablesUrl

@description('Address of the queues.')
output queuesUrl string = data.outputs.queuesUrl
