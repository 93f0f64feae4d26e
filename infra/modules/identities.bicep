import { identity } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Part of the names that tells this deployment from others.')
param token string

resource onboardingIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-onboarding-${token}'
  location: location
  tags: tags
}

// Not to be replaced: its principal id is the subject of the application's federated credential.
resource brokerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-broker-${token}'
  location: location
  tags: tags
}

@description('Identity of the onboarding app.')
output onboarding identity = {
  id: onboardingIdentity.id
  clientId: onboardingIdentity.properties.clientId
  principalId: onboardingIdentity.properties.principalId
}

@description('Identity of the broker app.')
output broker identity = {
  id: brokerIdentity.id
  clientId: brokerIdentity.properties.clientId
  principalId: brokerIdentity.properties.principalId
}
