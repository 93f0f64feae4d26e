import type { Application } from './application.ts'
import { apiDifference } from './api-scope.ts'
import { missingFrom, together, valueDifference, type Difference } from './difference.ts'
import { mendedList, type WantedEntitlement } from './entitlements.ts'

export type BrokerRegistration = {
  /** Applications of other tenants than the operator's may get a token for the broker. */
  letsOtherTenantsCall: boolean
  newId: () => string
}

/** How changes of it are headed. */
export const brokerName = "the broker's own API"

const role = (value: string, members: string[], description: string): WantedEntitlement => ({
  value,
  why: description,
  must: { allowedMemberTypes: members },
  texts: { displayName: value, description },
})

const roles: WantedEntitlement[] = [
  role('Token.Issue', ['Application'], 'May ask for tokens of partners, as permissions allow.'),
  role(
    'Consent.Relay',
    ['Application'],
    'Hands over consents; the onboarding app and nobody else.',
  ),
  role('Broker.Manage', ['Application', 'User'], 'May invite, permit, stop and look.'),
  role('Broker.Read', ['Application', 'User'], 'May look at what Broker.Manage may change.'),
]

/** What the broker's own API registration lacks; it never is the application partners consent to. */
export const brokerDifference = (is: Application, should: BrokerRegistration): Difference =>
  together(
    valueDifference({
      on: brokerName,
      member: 'signInAudience',
      is: is.signInAudience,
      should: should.letsOtherTenantsCall ? 'AzureADMultipleOrgs' : 'AzureADMyOrg',
      why: should.letsOtherTenantsCall
        ? 'applications of other tenants may call (CALLER_TENANTS still names which)'
        : 'only this tenant gets tokens for the broker',
    }),
    is.isFallbackPublicClient === true
      ? valueDifference({
          on: brokerName,
          member: 'isFallbackPublicClient',
          is: true,
          should: false,
          why: 'an API signs nobody in',
        })
      : {},
    appRoles(is, should.newId),
    apiDifference({ on: brokerName, is: is.api, newId: should.newId }),
    audience(is),
    tokenClaims(is),
    { left: strange(is) },
  )

const appRoles = (is: Application, newId: () => string): Partial<Difference> => {
  const kind = 'app role'
  const { disabled, list, ...told } = mendedList({
    on: brokerName,
    kind,
    is: is.appRoles,
    should: roles,
    newId,
  })
  return {
    ...(disabled && { before: { appRoles: disabled } }),
    ...(list && { main: { appRoles: list } }),
    ...told,
  }
}

const audience = ({ appId, identifierUris }: Application): Partial<Difference> => {
  const uri = `api://${appId === '' ? '(its client id)' : appId}`
  if (missingFrom(identifierUris, [uri]).length === 0) return {}
  return {
    after: { identifierUris: [...identifierUris, uri] },
    changes: [{ on: brokerName, what: `application ID URI ${uri}`, why: 'what callers ask for' }],
  }
}

const tokenClaims = ({ optionalClaims }: Application): Partial<Difference> => {
  const accessToken = optionalClaims?.accessToken ?? []
  if (accessToken.some(({ name }) => name === 'idtyp')) return {}
  const idtyp = { name: 'idtyp', essential: false, additionalProperties: [] }
  return {
    main: { optionalClaims: { ...optionalClaims, accessToken: [...accessToken, idtyp] } },
    changes: [
      {
        on: brokerName,
        what: 'optional claim idtyp in access tokens',
        why: "it tells an application's token from a person's",
      },
    ],
  }
}

const strange = (is: Application): string[] => [
  ...[...is.web.redirectUris, ...is.spa.redirectUris, ...is.publicClient.redirectUris].map(
    (uri) => `${brokerName}: redirect address ${uri}; it needs none`,
  ),
  ...is.requiredResourceAccess.map(
    ({ resourceAppId }) => `${brokerName}: asks for permissions of ${resourceAppId}; it needs none`,
  ),
  ...[...is.passwordCredentials, ...is.keyCredentials].map(
    ({ displayName }) =>
      `${brokerName}: a secret or certificate (${displayName ?? 'unnamed'}); it needs none`,
  ),
]
