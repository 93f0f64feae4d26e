import { identity, size, terms } from '../types.bicep'

// The app that holds the rights: refused to every address that no list below names.

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the app.')
param name string

@description('Identity that the app runs as.')
param runsAs identity

@description('Storage account of its Functions host.')
@minLength(3)
@maxLength(24)
param hostName string

@description('Subnet from which it calls the vault, the tables and Microsoft.')
param subnetId string

@description('Application Insights resource.')
param insightsName string

@description('Workspace that keeps the app\'s own record.')
param workspaceId string

@description('Major version of Node.')
param nodeVersion string

@description('Size of the app.')
param sizing size

@description('True: spread over the zones of the region.')
param zoneRedundant bool

@description('Settings that both apps share.')
param commonSettings object

@description('Settings of the broker alone: where its things are, and as what it is known. Kept out of the deployment\'s history: the address of a webhook may be a secret of its receiver.')
@secure()
param placeSettings object

@description('How the broker behaves.')
param behaviour terms

@description('Networks (CIDR) of callers, who ask for tokens. Empty: nobody may ask.')
param callerNetworks string[]

@description('Networks (CIDR) of operators, who manage. Empty: nobody may manage.')
param managementNetworks string[]

@description('Networks (CIDR) that may deploy. They open the deployment site (SCM) and nothing else.')
param deployerNetworks string[]

@description('Addresses of the onboarding app inside the network (CIDR).')
param onboardingPrefix string

@description('The onboarding app\'s subnet where it comes by a service endpoint; empty where it comes by private endpoint, which no rule of the site sees.')
param relaySubnetId string

var callerRules = [
  for (network, index) in callerNetworks: {
    name: 'caller-${index}'
    priority: 1000 + index
    action: 'Allow'
    ipAddress: network
  }
]

var managementRules = [
  for (network, index) in managementNetworks: {
    name: 'management-${index}'
    priority: 2000 + index
    action: 'Allow'
    ipAddress: network
  }
]

var relayRules = [{ name: 'onboarding', priority: 3000, action: 'Allow', vnetSubnetResourceId: relaySubnetId }]

var deployerRules = [
  for (network, index) in deployerNetworks: {
    name: 'deployer-${index}'
    priority: 100 + index
    action: 'Allow'
    ipAddress: network
  }
]

// To the app an empty list means "no rule of ours": no client has the address that stands here for nobody.
var nobody = '255.255.255.255/32'

// The site lets in the union of the lists; these settings keep them apart again.
var behaviourSettings = {
  CALLER_NETWORKS: empty(callerNetworks) ? nobody : join(callerNetworks, ',')
  MANAGEMENT_NETWORKS: empty(managementNetworks) ? nobody : join(managementNetworks, ',')
  RELAY_NETWORKS: onboardingPrefix
  CONSENT_TERM_DAYS: string(behaviour.consentTermDays)
  ROTATION_DAYS: string(behaviour.rotationDays)
  INVITATION_DAYS: string(behaviour.invitationDays)
  ALLOW_UNPROVEN_MFA: behaviour.allowUnprovenMfa ? 'true' : 'false'
  CALLER_REDEMPTIONS_PER_MINUTE: string(behaviour.callerRedemptionsPerMinute)
  AUDIT_KEEP_DAYS: string(behaviour.auditKeepDays)
  TRUSTED_PROXIES: string(behaviour.trustedProxies)
  MANAGE_AUTH_CONTEXT: behaviour.manageAuthContext
  PARTNER_ADMIN_ROLES: behaviour.partnerAdminRoles
  EVENT_RETRY_SECONDS: behaviour.eventRetrySeconds
}

module app 'app.bicep' = {
  name: 'broker-app'
  params: {
    location: location
    tags: tags
    name: name
    serviceName: 'broker'
    runsAs: runsAs
    hostName: hostName
    subnetId: subnetId
    insightsName: insightsName
    workspaceId: workspaceId
    nodeVersion: nodeVersion
    sizing: sizing
    zoneRedundant: zoneRedundant
    settings: union(commonSettings, placeSettings, behaviourSettings)
    siteDefault: 'Deny'
    siteRules: concat(callerRules, managementRules, empty(relaySubnetId) ? [] : relayRules)
    scmRules: deployerRules
  }
}

@description('Resource id.')
output id string = app.outputs.id
