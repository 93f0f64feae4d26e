@description('Tags of every resource.')
param tags object

@description('Network in which the names are known.')
param networkId string

@description('True: a zone for the sites too.')
param sites bool

var storage = environment().suffixes.storage
var dataZones = [
  'privatelink.blob.${storage}'
  'privatelink.queue.${storage}'
  'privatelink.table.${storage}'
  replace(environment().suffixes.keyvaultDns, '.vault.', 'privatelink.vaultcore.')
]
var siteSuffixes = {
  AzureCloud: 'azurewebsites.net'
  AzureUSGovernment: 'azurewebsites.us'
  AzureChinaCloud: 'chinacloudsites.cn'
}
var siteZone = 'privatelink.${siteSuffixes[environment().name]}'
var zoneNames = concat(dataZones, sites ? [siteZone] : [])

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in zoneNames: {
    parent: zones[index]
    name: 'network'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

@description('Zones by what is reached; sites is empty where there is no such zone.')
output zoneIds { blob: string, queue: string, table: string, vault: string, sites: string } = {
  blob: zones[0].id
  queue: zones[1].id
  table: zones[2].id
  vault: zones[3].id
  sites: sites ? resourceId('Microsoft.Network/privateDnsZones', siteZone) : ''
}
