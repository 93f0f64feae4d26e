@export()
@description('What an identity is known by.')
type identity = {
  @description('Resource id, by which an app uses it.')
  id: string

  @description('Client id, by which a program asks for its tokens.')
  clientId: string

  @description('Object id in Entra: who roles are given to, and the subject of the federated credential.')
  principalId: string
}

@export()
@sealed()
@description('How the broker behaves; each is a setting of docs/settings.md.')
type terms = {
  @description('How long a consent lasts at most, in days.')
  @minValue(1)
  @maxValue(3650)
  consentTermDays: int

  @description('How often a refresh token is rotated, in days.')
  @minValue(1)
  @maxValue(30)
  rotationDays: int

  @description('How long an invitation is open, in days.')
  @minValue(1)
  @maxValue(3650)
  invitationDays: int

  @description('True: accept a consent of whose MFA Partner Center says nothing.')
  allowUnprovenMfa: bool

  @description('Redemptions that one caller may cause on one instance in a minute.')
  @minValue(1)
  @maxValue(1000000)
  callerRedemptionsPerMinute: int

  @description('How long audit records are to be kept, in days; the report tells of older ones.')
  @minValue(1)
  @maxValue(3650)
  auditKeepDays: int

  @description('How many proxies before the broker append to X-Forwarded-For: 1 is the platform itself.')
  @minValue(0)
  @maxValue(10)
  trustedProxies: int

  @description('Authentication context (c1 to c99) that a person\'s management token must hold; empty: none.')
  manageAuthContext: string

  @description('Directory roles that may renew or withdraw a partner\'s consent beside Global Administrator; ids, comma-separated.')
  partnerAdminRoles: string

  @description('What is waited after each failed delivery of an event, comma-separated; empty: the default of docs/settings.md.')
  eventRetrySeconds: string
}

@export()
@sealed()
@description('Size of one app.')
type size = {
  @description('Instances that are always there to answer requests; 0 costs a cold start after a pause.')
  @minValue(0)
  alwaysReady: int

  @description('The most instances. It also bounds how fast the vault and Microsoft are called.')
  @minValue(1)
  @maxValue(1000)
  maximumInstances: int

  @description('Memory of an instance in megabytes.')
  memory: 512 | 2048 | 4096
}

@export()
@sealed()
@description('One private endpoint.')
type privateEndpoint = {
  @description('Name, which also names the connection.')
  name: string

  @description('Resource that is reached.')
  resourceId: string

  @description('Part of it that is reached.')
  group: 'vault' | 'blob' | 'queue' | 'table' | 'sites'

  @description('Subnet in which the endpoint has its address.')
  subnetId: string
}

@export()
@sealed()
@description('Names of the vaults.')
type vaultPair = {
  @description('Vault of the sealed tokens.')
  @minLength(3)
  @maxLength(24)
  tokens: string

  @description('Vault of the sealing key; the same where the key lies beside the sealed tokens.')
  @minLength(3)
  @maxLength(24)
  key: string
}

@export()
@sealed()
@description('Names of the storage accounts.')
type accountSet = {
  @description('Account of the onboarding app\'s Functions host.')
  @minLength(3)
  @maxLength(24)
  onboardingHost: string

  @description('Account of the broker\'s Functions host.')
  @minLength(3)
  @maxLength(24)
  brokerHost: string

  @description('Account of the tables and queues.')
  @minLength(3)
  @maxLength(24)
  data: string
}

@export()
@sealed()
@description('Names of the Functions hosts\' storage accounts, by app.')
type hostPair = {
  @description('Account of the onboarding app\'s Functions host.')
  @minLength(3)
  @maxLength(24)
  onboarding: string

  @description('Account of the broker\'s Functions host.')
  @minLength(3)
  @maxLength(24)
  broker: string
}
