@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Part of the names that tells this deployment from others.')
param token string

@description('Address space of the network, /16 to /21. It is cut into parts of /24.')
param addressSpace string

@description('True: everything that the apps send to the internet leaves from one fixed address.')
param natGateway bool

@description('True: the onboarding app\'s subnet is known to the broker\'s firewall by a service endpoint; not needed where the broker has a private endpoint.')
param relayByServiceEndpoint bool

// The subnet's parts, by number. Changing a number moves a subnet, which Azure refuses while it is in use.
var onboardingPrefix = cidrSubnet(addressSpace, 24, 0)
var brokerPrefix = cidrSubnet(addressSpace, 24, 1)
var onboardingEndpointsPrefix = cidrSubnet(addressSpace, 24, 2)
var brokerEndpointsPrefix = cidrSubnet(addressSpace, 24, 3)
var siteEndpointsPrefix = cidrSubnet(addressSpace, 24, 4)
var deployersPrefix = cidrSubnet(addressSpace, 24, 5)

// Which subnets may reach which endpoints: the onboarding app cannot even connect to the vault.
var doors = [
  { name: 'onboarding', from: [onboardingPrefix] }
  { name: 'broker', from: [brokerPrefix] }
  { name: 'sites', from: [onboardingPrefix, deployersPrefix] }
]

resource publicAddress 'Microsoft.Network/publicIPAddresses@2024-07-01' = if (natGateway) {
  name: 'pip-outbound-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' }
}

resource gateway 'Microsoft.Network/natGateways@2024-07-01' = if (natGateway) {
  name: 'nat-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { idleTimeoutInMinutes: 4, publicIpAddresses: [{ id: publicAddress.id }] }
}

resource endpointRules 'Microsoft.Network/networkSecurityGroups@2024-07-01' = [
  for door in doors: {
    name: 'nsg-endpoints-${door.name}-${token}'
    location: location
    tags: tags
    properties: {
      securityRules: [
        {
          name: 'its-own'
          properties: {
            priority: 100
            direction: 'Inbound'
            access: 'Allow'
            protocol: 'Tcp'
            sourceAddressPrefixes: door.from
            sourcePortRange: '*'
            destinationAddressPrefix: '*'
            destinationPortRange: '443'
          }
        }
        {
          name: 'nobody-else'
          properties: {
            priority: 4096
            direction: 'Inbound'
            access: 'Deny'
            protocol: '*'
            sourceAddressPrefix: '*'
            sourcePortRange: '*'
            destinationAddressPrefix: '*'
            destinationPortRange: '*'
          }
        }
      ]
    }
  }
]

var delegations = [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
var outbound = natGateway ? { id: gateway.id } : null

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [
      {
        name: 'onboarding'
        properties: {
          addressPrefix: onboardingPrefix
          delegations: delegations
          natGateway: outbound
          serviceEndpoints: relayByServiceEndpoint ? [{ service: 'Microsoft.Web' }] : []
        }
      }
      {
        name: 'broker'
        properties: { addressPrefix: brokerPrefix, delegations: delegations, natGateway: outbound }
      }
      {
        name: 'onboarding-endpoints'
        properties: {
          addressPrefix: onboardingEndpointsPrefix
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointRules[0].id }
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
        }
      }
      {
        name: 'broker-endpoints'
        properties: {
          addressPrefix: brokerEndpointsPrefix
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointRules[1].id }
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
        }
      }
      {
        name: 'site-endpoints'
        properties: {
          addressPrefix: siteEndpointsPrefix
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointRules[2].id }
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
        }
      }
      {
        // Empty: for a machine of yours that deploys from inside the network.
        name: 'deployers'
        properties: { addressPrefix: deployersPrefix, natGateway: outbound }
      }
    ]
  }
}

@description('Resource id of the network.')
output id string = network.id

@description('Subnets by what lies in them.')
output subnets {
  onboarding: string
  broker: string
  onboardingEndpoints: string
  brokerEndpoints: string
  siteEndpoints: string
} = {
  onboarding: '${network.id}/subnets/onboarding'
  broker: '${network.id}/subnets/broker'
  onboardingEndpoints: '${network.id}/subnets/onboarding-endpoints'
  brokerEndpoints: '${network.id}/subnets/broker-endpoints'
  siteEndpoints: '${network.id}/subnets/site-endpoints'
}

@description('Addresses of the onboarding app inside the network (CIDR).')
output onboardingPrefix string = onboardingPrefix

@description('The fixed address from which Microsoft is called; empty without a NAT gateway.')
output outboundAddress string = natGateway ? publicAddress!.properties.ipAddress : ''
