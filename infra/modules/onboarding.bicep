import { identity, size } from '../types.bicep'

// The public app. It holds nothing: no setting below names the vault, a table, a queue or a credential.

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

@description('Subnet from which it calls the broker.')
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

@description('Id of the Front Door profile before the app (its X-Azure-FDID header). Empty: reached directly.')
param frontDoorId string

@description('Networks (CIDR) that may deploy. They open the deployment site (SCM) and nothing else.')
param deployerNetworks string[]

// Front Door's addresses are everybody's: its header says whose profile a request came through.
var frontDoorRules = [
  {
    name: 'front-door'
    priority: 100
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureFrontDoor.Backend'
    headers: { 'x-azure-fdid': [frontDoorId] }
  }
]

var deployerRules = [
  for (network, index) in deployerNetworks: {
    name: 'deployer-${index}'
    priority: 100 + index
    action: 'Allow'
    ipAddress: network
  }
]

module app 'app.bicep' = {
  name: 'onboarding-app'
  params: {
    location: location
    tags: tags
    name: name
    serviceName: 'onboarding'
    runsAs: runsAs
    hostName: hostName
    subnetId: subnetId
    insightsName: insightsName
    workspaceId: workspaceId
    nodeVersion: nodeVersion
    sizing: sizing
    zoneRedundant: zoneRedundant
    settings: commonSettings
    siteDefault: empty(frontDoorId) ? 'Allow' : 'Deny'
    siteRules: empty(frontDoorId) ? [] : frontDoorRules
    scmRules: deployerRules
  }
}

@description('Resource id.')
output id string = app.outputs.id
