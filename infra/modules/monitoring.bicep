@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Part of the names that tells this deployment from others.')
param token string

@description('Mail addresses that alerts go to.')
param alertAddresses string[]

@description('Mail addresses that alerts about changes go to.')
param changeAddresses string[]

@description('Days for which log lines are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'tokenbroker'
    emailReceivers: [
      for (address, index) in alertAddresses: {
        name: 'mail-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

// Apart: Azure stops mailing an address after 100 mails in an hour, and one deployment makes about as
// many changes. An alarm must not be lost among them.
resource changeGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-changes-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'tokenchange'
    emailReceivers: [
      for (address, index) in changeAddresses: {
        name: 'mail-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'operating')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Token broker'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: loadTextContent('../workbook.json')
  }
}

@description('Workspace that keeps all logs.')
output workspaceId string = workspace.id

@description('Name of the Application Insights resource.')
output insightsName string = insights.name

@description('Who is told of alerts.')
output actionGroupId string = group.id

@description('Who is told of changes.')
output changeGroupId string = changeGroup.id
