// The whole deployment on one page. At the scope of a subscription, since that is what azd deploys
// without switching on a preview: it makes the resource group, and everything else lies in that group.
targetScope = 'subscription'

import { size, terms } from 'types.bicep'

@description('Name of this deployment (azd: the environment). Part of the resource group\'s name.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region.')
param location string

@description('Resource group of everything.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Your legal name, on pages and in messages.')
param operatorName string

@description('Mail address or telephone number, on pages and in messages.')
param operatorContact string

@description('Your tenant id: only its applications and people may manage.')
param operatorTenant string = tenant().tenantId

@description('Mail addresses that alerts go to, comma-separated.')
@minLength(3)
param alertAddresses string

@description('Mail addresses that alerts about changes go to (activity log), comma-separated: best others than alertAddresses, since a deployment makes about as many as Azure mails to one address in an hour. Empty: alertAddresses.')
param changeAddresses string = ''

@description('Client id of the broker\'s API registration: `aud` of callers\' tokens.')
param brokerClientId string

@description('Application ID URI of that registration: the scope that callers ask for.')
param brokerAudience string

@description('Client id of the multi-tenant application that partners consent to.')
param appClientId string

@description('Name of that application, as Microsoft shows it.')
param appDisplayName string

@description('How the broker proves that application: `federated` needs no secret and no certificate.')
@allowed(['federated', 'certificate', 'secret'])
param appCredential string = 'federated'

@description('For `secret`: names of vault secrets that you put there, comma-separated, tried in order.')
param appClientSecretName string = ''

@description('For `certificate`: name of the vault\'s certificate. Make it before you name it here, not exportable.')
param appCertificateName string = ''

@description('For `certificate`: the public certificate in PEM, lines joined by \\n.')
param appCertificate string = ''

@description('Tenants whose applications may ask for tokens, comma-separated. Empty: yours alone.')
param callerTenants string = ''

@description('Addresses or networks (CIDR) that may ask for tokens, comma-separated. Empty: nobody may.')
param callerAddresses string = ''

@description('Addresses or networks (CIDR) that may manage, comma-separated. Empty: nobody may.')
param managementAddresses string = ''

@description('Addresses or networks (CIDR) that may deploy, comma-separated: the deployment sites (SCM) of both apps and nothing else. Empty: deploy from inside the network (its subnet `deployers`) or from one of yours (docs/deploy.md).')
param deployerAddresses string = ''

@description('Addresses or networks (CIDR) that reach vault and data storage, comma-separated, IPv4 only and no /31, to put a secret there or to delete old records. Empty: nobody from outside.')
param operatorAddresses string = ''

@description('Addresses that events are sent to, comma-separated; an address may be a secret of its receiver. Empty: events are dropped after a log line.')
@secure()
param eventWebhooks string = ''

@description('Names of vault secrets that you put there to sign events, comma-separated.')
param eventSecretNames string = ''

@description('Id of the Front Door profile before the onboarding app (its X-Azure-FDID header). Empty: none.')
param frontDoorId string = ''

@description('Public address of the onboarding app, where it has a domain of its own.')
param onboardingUrl string = ''

@description('Address of the broker, where it has a domain of its own. It must lead the onboarding app to the private endpoint too.')
param brokerUrl string = ''

@description('Folder of errors.md, for `error_uri`, and of the runbooks that alerts link to.')
param documentationUrl string = 'https://github.com/sam-token-broker/sam-token-broker/blob/main/docs'

@description('Where Partner Center is called: another address in national clouds.')
param partnerCenterUrl string = 'https://api.partnercenter.microsoft.com'

@description('How the broker behaves; each is a setting of docs/settings.md.')
param behaviour terms = {
  consentTermDays: 365
  rotationDays: 7
  invitationDays: 14
  allowUnprovenMfa: false
  callerRedemptionsPerMinute: 600
  auditKeepDays: 400
  trustedProxies: 1
  manageAuthContext: ''
  partnerAdminRoles: ''
  eventRetrySeconds: ''
}

@description('Size of the onboarding app.')
param onboardingSize size = { alwaysReady: 1, maximumInstances: 40, memory: 2048 }

@description('Size of the broker app.')
param brokerSize size = { alwaysReady: 1, maximumInstances: 40, memory: 2048 }

@description('Major version of Node.')
@allowed(['24', '22'])
param nodeVersion string = '24'

@description('Address space of the network, /16 to /21.')
param addressSpace string = '10.71.0.0/20'

@description('True: Microsoft is called from one fixed address, which partners can name in Conditional Access.')
param natGateway bool = true

@description('True: both sites have private endpoints, for the onboarding app\'s way to the broker and for deploying from inside the network. False: the onboarding app comes by a service endpoint.')
param sitePrivateEndpoints bool = true

@description('True: the sealing key lies in a vault of its own, apart from the sealed tokens. Decide before the first consent: a key does not move.')
param separateKeyVault bool = false

@description('standard: keys in software; premium: keys in hardware.')
@allowed(['standard', 'premium'])
param vaultSku string = 'standard'

@description('Size of the sealing key in bits.')
@allowed([2048, 3072, 4096])
param sealKeySize int = 3072

@description('Redundancy of all storage accounts. Zones need ZRS or GZRS.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_ZRS'

@description('True: spread both apps over the zones of the region; costs two instances that are always there.')
param zoneRedundant bool = false

@description('True: vaults and data storage cannot be deleted without removing the lock first.')
param locks bool = true

@description('True: give both identities their roles. False: somebody who may do so deploys modules/access.bicep.')
param assignRoles bool = true

@description('Days for which log lines are kept.')
@minValue(30)
@maxValue(730)
param logDays int = 90

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var sealKeyName = 'seal'
var onboardingName = 'func-onboarding-${token}'
var brokerName = 'func-broker-${token}'
var vaultName = 'kv-${token}'
var keyVaultName = separateKeyVault ? 'kvk-${token}' : vaultName
var storageNames = { onboardingHost: 'sthosto${token}', brokerHost: 'sthostb${token}', data: 'stdata${token}' }

// A list in one text, as azd's environment and the apps' own settings have it.
func listOf(text string) string[] => filter(map(split(text, ','), part => trim(part)), part => !empty(part))
func asNetwork(one string) string => contains(one, '/') ? one : contains(one, ':') ? '${one}/128' : '${one}/32'
func networksOf(text string) string[] => map(listOf(text), one => asNetwork(one))

var deployerNetworks = networksOf(deployerAddresses)
var fromInside = sitePrivateEndpoints ? 'only from the subnet deployers' : 'only from a network of yours'

var clouds = {
  AzureCloud: { sites: 'azurewebsites.net', federation: 'api://AzureADTokenExchange' }
  AzureUSGovernment: { sites: 'azurewebsites.us', federation: 'api://AzureADTokenExchangeUSGov' }
  AzureChinaCloud: { sites: 'chinacloudsites.cn', federation: 'api://AzureADTokenExchangeChina' }
}
var cloud = clouds[environment().name]

var commonSettings = {
  OPERATOR_NAME: operatorName
  OPERATOR_CONTACT: operatorContact
  OPERATOR_TENANT: operatorTenant
  ONBOARDING_URL: empty(onboardingUrl) ? 'https://${onboardingName}.${cloud.sites}' : onboardingUrl
  BROKER_URL: empty(brokerUrl) ? 'https://${brokerName}.${cloud.sites}' : brokerUrl
  BROKER_CLIENT_ID: brokerClientId
  BROKER_AUDIENCE: brokerAudience
  ENTRA_AUTHORITY: environment().authentication.loginEndpoint
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: { location: location, tags: tags, token: token }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    alertAddresses: listOf(alertAddresses)
    changeAddresses: listOf(empty(changeAddresses) ? alertAddresses : changeAddresses)
    retentionDays: logDays
  }
}

module network 'modules/network.bicep' = {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    addressSpace: addressSpace
    natGateway: natGateway
    relayByServiceEndpoint: !sitePrivateEndpoints
  }
}

module dns 'modules/dns.bicep' = {
  name: 'dns'
  scope: group
  params: { tags: tags, networkId: network.outputs.id, sites: sitePrivateEndpoints }
}

module stores 'modules/stores.bicep' = {
  name: 'stores'
  scope: group
  params: {
    location: location
    tags: tags
    vaultNames: { tokens: vaultName, key: keyVaultName }
    vaultSku: vaultSku
    sealKeyName: sealKeyName
    sealKeySize: sealKeySize
    storageNames: storageNames
    storageSku: storageSku
    operatorNetworks: networksOf(operatorAddresses)
    locks: locks
    subnets: {
      onboardingEndpoints: network.outputs.subnets.onboardingEndpoints
      brokerEndpoints: network.outputs.subnets.brokerEndpoints
    }
    zoneIds: dns.outputs.zoneIds
    workspaceId: monitoring.outputs.workspaceId
  }
}

module access 'modules/access.bicep' = if (assignRoles) {
  name: 'access'
  scope: group
  params: {
    token: token
    principals: {
      onboarding: identities.outputs.onboarding.principalId
      broker: identities.outputs.broker.principalId
    }
    appCredential: appCredential
    vaultName: vaultName
    keyVaultName: keyVaultName
    sealKeyName: sealKeyName
    certificateName: appCertificateName
    dataName: storageNames.data
    hostNames: { onboarding: storageNames.onboardingHost, broker: storageNames.brokerHost }
    insightsName: monitoring.outputs.insightsName
  }
  dependsOn: [stores]
}

module onboarding 'modules/onboarding.bicep' = {
  name: 'onboarding'
  scope: group
  params: {
    location: location
    tags: tags
    name: onboardingName
    runsAs: identities.outputs.onboarding
    hostName: storageNames.onboardingHost
    subnetId: network.outputs.subnets.onboarding
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    nodeVersion: nodeVersion
    sizing: onboardingSize
    zoneRedundant: zoneRedundant
    commonSettings: commonSettings
    frontDoorId: frontDoorId
    deployerNetworks: deployerNetworks
  }
  dependsOn: [stores, access]
}

module broker 'modules/broker.bicep' = {
  name: 'broker'
  scope: group
  params: {
    location: location
    tags: tags
    name: brokerName
    runsAs: identities.outputs.broker
    hostName: storageNames.brokerHost
    subnetId: network.outputs.subnets.broker
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    nodeVersion: nodeVersion
    sizing: brokerSize
    zoneRedundant: zoneRedundant
    commonSettings: commonSettings
    placeSettings: {
      APP_CLIENT_ID: appClientId
      APP_DISPLAY_NAME: appDisplayName
      APP_CREDENTIAL: appCredential
      APP_CLIENT_SECRET_NAME: appClientSecretName
      APP_CERTIFICATE_NAME: appCertificateName
      APP_CERTIFICATE: appCertificate
      FEDERATION_AUDIENCE: cloud.federation
      VAULT_URL: stores.outputs.vaultUri
      SEAL_KEY_VAULT_URL: 'https://${keyVaultName}${environment().suffixes.keyvaultDns}'
      SEAL_KEY_NAME: sealKeyName
      TABLES_URL: stores.outputs.tablesUrl
      DATA__queueServiceUri: stores.outputs.queuesUrl
      DATA__credential: 'managedidentity'
      DATA__clientId: identities.outputs.broker.clientId
      CALLER_TENANTS: empty(callerTenants) ? operatorTenant : callerTenants
      PARTNER_CENTER_URL: partnerCenterUrl
      OUTBOUND_ADDRESSES: network.outputs.outboundAddress
      EVENT_WEBHOOKS: eventWebhooks
      EVENT_SECRET_NAMES: eventSecretNames
      DOCUMENTATION_URL: documentationUrl
    }
    behaviour: behaviour
    callerNetworks: networksOf(callerAddresses)
    managementNetworks: networksOf(managementAddresses)
    deployerNetworks: deployerNetworks
    onboardingPrefix: network.outputs.onboardingPrefix
    relaySubnetId: sitePrivateEndpoints ? '' : network.outputs.subnets.onboarding
  }
  dependsOn: [access]
}

// Reached by the onboarding app's subnet and the subnet `deployers`. The sites' rules, those of SCM
// included, do not see what comes this way: the broker's own lists do, and roles in Azure.
module siteDoors 'modules/endpoints.bicep' = if (sitePrivateEndpoints) {
  name: 'site-doors'
  scope: group
  params: {
    location: location
    tags: tags
    endpoints: [
      {
        name: 'broker-site'
        resourceId: broker.outputs.id
        group: 'sites'
        subnetId: network.outputs.subnets.siteEndpoints
      }
      {
        name: 'onboarding-site'
        resourceId: onboarding.outputs.id
        group: 'sites'
        subnetId: network.outputs.subnets.siteEndpoints
      }
    ]
    zoneIds: dns.outputs.zoneIds
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
    changeGroupId: monitoring.outputs.changeGroupId
    runbooksUrl: '${documentationUrl}/runbooks'
    brokerPrincipalId: identities.outputs.broker.principalId
    dataName: storageNames.data
  }
}

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Public address of the onboarding app.')
output ONBOARDING_URL string = commonSettings.ONBOARDING_URL

@description('Address of the broker.')
output BROKER_URL string = commonSettings.BROKER_URL

@description('Names of the apps, as the deployment sites (SCM) have them.')
output ONBOARDING_APP string = onboardingName

@description('The same for the broker.')
output BROKER_APP string = brokerName

@description('Suffix of the sites\' own addresses in this cloud.')
output SITE_SUFFIX string = cloud.sites

@description('The fixed address from which Microsoft is called; empty without a NAT gateway.')
output OUTBOUND_ADDRESS string = network.outputs.outboundAddress

@description('Subject of the application\'s federated credential.')
output BROKER_PRINCIPAL_ID string = identities.outputs.broker.principalId

@description('Whom the app role Consent.Relay is given to, and nobody else.')
output ONBOARDING_PRINCIPAL_ID string = identities.outputs.onboarding.principalId

@description('Vault of the sealed tokens.')
output VAULT_NAME string = vaultName

@description('Who may ask for tokens, in words.')
output WHO_MAY_ASK string = empty(callerAddresses) ? 'nobody: callerAddresses is empty' : callerAddresses

@description('Who may manage, in words.')
output WHO_MAY_MANAGE string = empty(managementAddresses)
  ? 'nobody: managementAddresses is an empty list'
  : managementAddresses

@description('Who may deploy, in words.')
output WHO_MAY_DEPLOY string = empty(deployerAddresses)
  ? '${fromInside}: deployerAddresses is empty'
  : deployerAddresses
