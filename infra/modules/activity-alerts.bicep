// Changes to what the broker is made of. Whoever can make one of these can get at tokens, or stop them.

@description('Tags of every resource.')
param tags object

@description('Part of the names that tells this deployment from others.')
param token string

@description('Who is told.')
param actionGroupId string

@description('Folder of the runbooks.')
param runbooksUrl string

var activityAlerts = [
  {
    name: 'app-written'
    operations: [
      'Microsoft.Web/sites/write'
      'Microsoft.Web/sites/delete'
      'Microsoft.Web/sites/config/write'
      'Microsoft.Web/sites/extensions/write'
      'Microsoft.Web/sites/config/list/action'
      'Microsoft.Web/sites/host/listkeys/action'
      'Microsoft.Web/sites/publishxml/action'
      'Microsoft.Web/sites/basicPublishingCredentialsPolicies/write'
      'Microsoft.Web/sites/stop/action'
    ]
  }
  {
    name: 'deployment-made'
    operations: ['Microsoft.Resources/deployments/write']
  }
  {
    name: 'role-assigned'
    operations: [
      'Microsoft.Authorization/roleAssignments/write'
      'Microsoft.Authorization/roleAssignments/delete'
      'Microsoft.Authorization/roleDefinitions/write'
      'Microsoft.Authorization/roleDefinitions/delete'
      'Microsoft.Authorization/locks/delete'
    ]
  }
  {
    name: 'federated-credential-written'
    operations: [
      'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write'
      'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete'
      'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'
      'Microsoft.ManagedIdentity/userAssignedIdentities/write'
      'Microsoft.ManagedIdentity/userAssignedIdentities/delete'
    ]
  }
  {
    name: 'firewall-changed'
    operations: [
      'Microsoft.KeyVault/vaults/write'
      'Microsoft.KeyVault/vaults/delete'
      'Microsoft.KeyVault/vaults/accessPolicies/write'
      'Microsoft.KeyVault/vaults/privateEndpointConnections/write'
      'Microsoft.KeyVault/vaults/privateEndpointConnectionsApproval/action'
      'Microsoft.Storage/storageAccounts/write'
      'Microsoft.Storage/storageAccounts/delete'
      'Microsoft.Storage/storageAccounts/listKeys/action'
      'Microsoft.Storage/storageAccounts/privateEndpointConnections/write'
      'Microsoft.Storage/storageAccounts/privateEndpointConnectionsApproval/action'
      'Microsoft.Web/sites/privateEndpointConnections/write'
      'Microsoft.Web/sites/privateEndpointConnectionsApproval/action'
      'Microsoft.Network/privateEndpoints/write'
      'Microsoft.Network/networkSecurityGroups/write'
      'Microsoft.Network/networkSecurityGroups/securityRules/write'
      'Microsoft.Network/networkSecurityGroups/securityRules/delete'
      'Microsoft.Network/virtualNetworks/write'
      'Microsoft.Network/virtualNetworks/subnets/write'
      'Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write'
    ]
  }
  {
    name: 'watching-changed'
    operations: [
      'Microsoft.Insights/diagnosticSettings/write'
      'Microsoft.Insights/diagnosticSettings/delete'
      'Microsoft.Insights/scheduledQueryRules/write'
      'Microsoft.Insights/scheduledQueryRules/delete'
      'Microsoft.Insights/activityLogAlerts/write'
      'Microsoft.Insights/activityLogAlerts/delete'
      'Microsoft.Insights/actionGroups/write'
      'Microsoft.Insights/actionGroups/delete'
    ]
  }
]

resource activityRules 'Microsoft.Insights/activityLogAlerts@2020-10-01' = [
  for alert in activityAlerts: {
    name: '${alert.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: '${runbooksUrl}/${alert.name}.md'
      enabled: true
      scopes: [resourceGroup().id]
      condition: {
        allOf: [
          { field: 'category', equals: 'Administrative' }
          { field: 'status', equals: 'Succeeded' }
          { anyOf: map(alert.operations, operation => { field: 'operationName', equals: operation }) }
        ]
      }
      actions: { actionGroups: [{ actionGroupId: actionGroupId, webhookProperties: {} }] }
    }
  }
]
