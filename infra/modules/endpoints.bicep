import { privateEndpoint } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What is reached, and from where.')
param endpoints privateEndpoint[]

@description('DNS zones by what is reached.')
param zoneIds object

// One after the other: two endpoints made at once on one storage account have failed with
// StorageAccountOperationInProgress.
@batchSize(1)
resource doors 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for endpoint in endpoints: {
    name: 'pe-${endpoint.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: endpoint.subnetId }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: { privateLinkServiceId: endpoint.resourceId, groupIds: [endpoint.group] }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (endpoint, index) in endpoints: {
    parent: doors[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.group, properties: { privateDnsZoneId: zoneIds[endpoint.group] } }]
    }
  }
]
