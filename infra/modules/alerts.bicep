// What wakes a person. Each alert has a page of its name in docs/runbooks, which it links.

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Part of the names that tells this deployment from others.')
param token string

@description('Workspace that keeps all logs.')
param workspaceId string

@description('Who is told.')
param actionGroupId string

@description('Who is told of changes.')
param changeGroupId string

@description('Folder of the runbooks.')
param runbooksUrl string

@description('Object id in Entra of the broker\'s identity: what anybody else does with its stores is worth a look.')
param brokerPrincipalId string

@description('Storage account of the tables and queues.')
param dataName string

// Severity: 0 tokens may be in other hands; 1 partners are hurt now or soon; 2 look today; 3 know of it.
var logAlerts = [
  { name: 'token-owner-mismatch', severity: 0, window: 'PT15M', every: 'PT5M' }
  { name: 'vault-foreign-use', severity: 0, window: 'PT15M', every: 'PT5M' }
  { name: 'data-foreign-use', severity: 1, window: 'PT15M', every: 'PT5M' }
  { name: 'issuing-failures', severity: 1, window: 'PT15M', every: 'PT5M' }
  { name: 'rotation-stalled', severity: 1, window: 'PT3H', every: 'PT30M' }
  { name: 'rotation-halted', severity: 1, window: 'PT1H', every: 'PT15M' }
  { name: 'vault-refusals', severity: 2, window: 'PT15M', every: 'PT5M' }
  { name: 'poison-message', severity: 2, window: 'PT1H', every: 'PT15M' }
  { name: 'broker-alarm', severity: 2, window: 'PT1H', every: 'PT15M' }
  { name: 'lockdown-set', severity: 2, window: 'PT15M', every: 'PT5M' }
  { name: 'refused-addresses', severity: 3, window: 'PT1H', every: 'PT1H' }
  { name: 'code-deployed', severity: 3, window: 'PT15M', every: 'PT15M' }
  { name: 'consents-ending', severity: 3, window: 'P1D', every: 'P1D' }
]

var queries = {
  'token-owner-mismatch': loadTextContent('../queries/token-owner-mismatch.kql')
  'vault-foreign-use': loadTextContent('../queries/vault-foreign-use.kql')
  'data-foreign-use': loadTextContent('../queries/data-foreign-use.kql')
  'issuing-failures': loadTextContent('../queries/issuing-failures.kql')
  'rotation-stalled': loadTextContent('../queries/rotation-stalled.kql')
  'rotation-halted': loadTextContent('../queries/rotation-halted.kql')
  'vault-refusals': loadTextContent('../queries/vault-refusals.kql')
  'poison-message': loadTextContent('../queries/poison-message.kql')
  'broker-alarm': loadTextContent('../queries/broker-alarm.kql')
  'lockdown-set': loadTextContent('../queries/lockdown-set.kql')
  'refused-addresses': loadTextContent('../queries/refused-addresses.kql')
  'code-deployed': loadTextContent('../queries/code-deployed.kql')
  'consents-ending': loadTextContent('../queries/consents-ending.kql')
}

// Every query answers one row for each subject that is amiss, and none when all is well. A table
// that no log has come to yet would fail its validation, so that is skipped.
resource logRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: '${alert.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.name
      description: '${runbooksUrl}/${alert.name}.md'
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      windowSize: alert.window
      evaluationFrequency: alert.every
      autoMitigate: alert.every != 'P1D'
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: replace(replace(queries[alert.name], '{broker}', brokerPrincipalId), '{data}', dataName)
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: [{ name: 'Subject', operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroupId], customProperties: { runbook: '${runbooksUrl}/${alert.name}.md' } }
    }
  }
]

module activityAlerts 'activity-alerts.bicep' = {
  name: 'activity-alerts'
  params: { tags: tags, token: token, actionGroupId: changeGroupId, runbooksUrl: runbooksUrl }
}
