/** Who exists in the local Entra: one shape shared by every local part and by the tests. */
export type Directory = {
  operatorTenant: string
  /** The broker's own API registration (in the operator's tenant). */
  brokerApi: { clientId: string; audience: string }
  /** The multi-tenant application that partners consent to. */
  partnerApp: PartnerApp
  identities: ManagedIdentity[]
  callers: CallerApplication[]
  partners: { name: string; tenant: string }[]
  customers: { name: string; tenant: string; partner: string }[]
  people: Person[]
}

export type PartnerApp = {
  clientId: string
  displayName: string
  redirectUris: string[]
  secrets: string[]
  /** Principal ids of the managed identities that may act as this application. */
  federatedSubjects: string[]
  /** PEM certificates whose keys may sign its client assertions. */
  certificates: string[]
}

export type ManagedIdentity = {
  name: 'onboarding' | 'broker'
  clientId: string
  principalId: string
  /** App roles on the broker's API. */
  roles: string[]
}

export type CallerApplication = {
  name: string
  tenant: string
  clientId: string
  clientSecret: string
  /** App roles on the broker's API. */
  roles: string[]
}

export type Person = {
  name: string
  username: string
  objectId: string
  /** Home tenant. */
  tenant: string
  /** Another tenant in which this person is a guest. */
  guestIn?: string
  /** Signs in with MFA. */
  mfa: boolean
  /** Global Administrator of the home tenant. */
  admin: boolean
  /** Admin Agent in Partner Center; reaches the customers of the home tenant through GDAP. */
  agent: boolean
  /** App roles on the broker's API, for delegated tokens. */
  roles?: string[]
}
