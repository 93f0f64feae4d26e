import { hostPair } from '../types.bicep'

// Every role that either app has, from one list: access.json says who, what, on what and why.
// Deployable on its own, by somebody who may assign roles (`assignRoles` of main.bicep is then false).

@description('Part of the names that tells this deployment from others: custom roles are named in the whole tenant.')
param token string

@description('Object ids in Entra of the two identities.')
param principals { onboarding: string, broker: string }

@description('How the broker proves the application: only `certificate` needs to sign.')
@allowed(['federated', 'certificate', 'secret'])
param appCredential string

@description('Vault of the sealed tokens.')
@minLength(3)
param vaultName string

@description('Vault of the sealing key.')
@minLength(3)
param keyVaultName string

@description('Name of the sealing key.')
param sealKeyName string

@description('Name of the certificate\'s key; empty where there is none.')
param certificateName string

@description('Storage account of the tables and queues.')
param dataName string

@description('Storage accounts of the two Functions hosts: each app has rights on its own only.')
param hostNames hostPair

@description('Application Insights resource.')
param insightsName string

var apps = ['onboarding', 'broker']
var access = loadJsonContent('../access.json')
var customRoles = filter(access.roles, role => !contains(role, 'builtIn'))
var roleNames = map(access.roles, role => role.name)
var roleIds = map(access.roles, role => role.?builtIn ?? guid(resourceGroup().id, role.name))
var onVault = filter(access.assignments, given => given.on == 'vault')
var onSealKey = filter(access.assignments, given => given.on == 'sealKey')
var onCertificateKey = filter(access.assignments, given => given.on == 'certificateKey' && given.?when == appCredential)
var onTables = filter(access.assignments, given => given.on == 'table')
var onQueues = filter(access.assignments, given => given.on == 'queue')
var onHosts = filter(access.assignments, given => given.on == 'host')
var onTelemetry = filter(access.assignments, given => given.on == 'telemetry')

func roleId(id string) string => subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

resource sealKey 'Microsoft.KeyVault/vaults/keys@2026-02-01' existing = {
  name: '${keyVaultName}/${sealKeyName}'
}

// The operator makes the certificate before its name is given here.
resource certificateKey 'Microsoft.KeyVault/vaults/keys@2026-02-01' existing = {
  parent: vault
  name: empty(certificateName) ? 'none' : certificateName
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' existing = [
  for given in onTables: {
    name: '${dataName}/default/${given.?name ?? ''}'
  }
]

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' existing = [
  for given in onQueues: {
    name: '${dataName}/default/${given.?name ?? ''}'
  }
]

// Once for each app: a template may not name one existing resource twice (Azure/bicep#16801).
resource hosts 'Microsoft.Storage/storageAccounts@2025-01-01' existing = [
  for app in apps: {
    name: hostNames[app]
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource roles 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in customRoles: {
    name: guid(resourceGroup().id, role.name)
    properties: {
      roleName: 'SAM token broker ${token}: ${role.name}'
      description: role.description
      type: 'CustomRole'
      permissions: [{ actions: role.?actions ?? [], dataActions: role.?dataActions ?? [] }]
      assignableScopes: [resourceGroup().id]
    }
  }
]

resource vaultAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for given in onVault: {
    name: guid(vault.id, principals[given.who], given.role)
    scope: vault
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]

resource sealKeyAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for given in onSealKey: {
    name: guid(sealKey.id, principals[given.who], given.role)
    scope: sealKey
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]

resource certificateKeyAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for given in onCertificateKey: {
    name: guid(certificateKey.id, principals[given.who], given.role)
    scope: certificateKey
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]

resource tableAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (given, index) in onTables: {
    name: guid(tables[index].id, principals[given.who], given.role)
    scope: tables[index]
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]

resource queueAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (given, index) in onQueues: {
    name: guid(queues[index].id, principals[given.who], given.role)
    scope: queues[index]
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]

resource hostAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for given in onHosts: {
    name: guid(hosts[indexOf(apps, given.who)].id, principals[given.who], given.role)
    scope: hosts[indexOf(apps, given.who)]
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]

resource telemetryAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for given in onTelemetry: {
    name: guid(insights.id, principals[given.who], given.role)
    scope: insights
    properties: {
      principalId: principals[given.who]
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleId(roleIds[indexOf(roleNames, given.role)])
      description: given.why
    }
    dependsOn: [roles]
  }
]
