import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Stored } from './support/graph-applications.ts'
import { onboarding, openDirectory, type Directory } from './support/registered.ts'
import { caller, identityOf, olga } from './support/small-graph.ts'

// What somebody changed after the registrations were made.

let directory: Directory
let again: string[]
let sound: Record<string, Stored[]>

beforeAll(async () => {
  directory = await openDirectory()
  again = await directory.made()
  sound = structuredClone(directory.graph().lists)
})
beforeEach(() => {
  directory.graph().lists = structuredClone(sound)
})
afterAll(() => directory.remove())

type Drift = {
  what: string
  which: 'app' | 'broker'
  change: (is: Stored) => object
  said: string
}

const view = (which: 'app' | 'broker') => directory.view(which)
const roleWith = (value: string, members: object) => () => ({
  appRoles: view('broker').appRoles.map((one) =>
    one.value === value ? { ...one, ...members } : one,
  ),
})
const apiWith = (members: object) => () => ({ api: { ...view('broker').api, ...members } })

const drifts: Drift[] = [
  {
    what: 'an implicit grant that was switched on',
    which: 'app',
    change: () => ({
      web: {
        ...view('app').web,
        implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false },
      },
    }),
    said: 'enableIdTokenIssuance becomes false',
  },
  {
    what: 'a redirect address that was removed',
    which: 'app',
    change: () => ({
      web: { ...view('app').web, redirectUris: [`${onboarding}/consent/callback`] },
    }),
    said: `Web redirect address ${onboarding}/consent/approved`,
  },
  {
    what: 'a delegated permission that was removed',
    which: 'app',
    change: () => ({ requiredResourceAccess: view('app').requiredResourceAccess.slice(0, 2) }),
    said: 'delegated permission',
  },
  {
    what: 'one of two delegated permissions that was removed',
    which: 'app',
    change: () => ({
      requiredResourceAccess: view('app').requiredResourceAccess.map((one) => ({
        ...one,
        resourceAccess: one.resourceAccess.slice(0, 1),
      })),
    }),
    said: 'delegated permission Microsoft Graph User.Read.All',
  },
  {
    what: 'the claim of directory roles that was dropped',
    which: 'app',
    change: () => ({ groupMembershipClaims: null }),
    said: 'groupMembershipClaims: nothing becomes DirectoryRole',
  },
  {
    what: 'a public client flow that was allowed',
    which: 'app',
    change: () => ({ isFallbackPublicClient: true }),
    said: 'isFallbackPublicClient: true becomes false',
  },
  {
    what: 'personal accounts that were let in',
    which: 'app',
    change: () => ({ signInAudience: 'AzureADandPersonalMicrosoftAccount' }),
    said: 'signInAudience: AzureADandPersonalMicrosoftAccount becomes AzureADMultipleOrgs',
  },
  {
    what: 'other tenants that were let in at the broker',
    which: 'broker',
    change: () => ({ signInAudience: 'AzureADMultipleOrgs' }),
    said: 'signInAudience: AzureADMultipleOrgs becomes AzureADMyOrg',
  },
  {
    what: 'a role for applications that people were let in to',
    which: 'broker',
    change: roleWith('Token.Issue', { allowedMemberTypes: ['Application', 'User'] }),
    said: 'app role Token.Issue: mended',
  },
  {
    what: 'a role that was switched off',
    which: 'broker',
    change: roleWith('Broker.Read', { isEnabled: false }),
    said: 'app role Broker.Read: enabled again',
  },
  {
    what: 'a role that was deleted',
    which: 'broker',
    change: () => ({
      appRoles: view('broker').appRoles.filter(({ value }) => value !== 'Broker.Manage'),
    }),
    said: 'app role Broker.Manage: added (allowedMemberTypes Application, User)',
  },
  {
    what: 'tokens of version 1',
    which: 'broker',
    change: apiWith({ requestedAccessTokenVersion: null }),
    said: 'access tokens of version 2',
  },
  {
    what: 'the Azure CLI that was shut out',
    which: 'broker',
    change: apiWith({ preAuthorizedApplications: [] }),
    said: 'the Azure CLI may ask for the scope Manage',
  },
  {
    what: 'a scope that was deleted',
    which: 'broker',
    change: apiWith({ oauth2PermissionScopes: [], preAuthorizedApplications: [] }),
    said: 'scope Manage: added (type Admin)',
  },
  {
    what: 'an application ID URI that was removed',
    which: 'broker',
    change: () => ({ identifierUris: [] }),
    said: 'application ID URI api://',
  },
  {
    what: 'the claim idtyp that was dropped',
    which: 'broker',
    change: () => ({ optionalClaims: null }),
    said: 'optional claim idtyp',
  },
]

test.each(drifts)('$what is shown by --what-if, and mended', async ({ which, change, said }) => {
  const stored = directory.stored(which)
  Object.assign(stored, change(stored))
  const drifted = structuredClone(stored)
  expect(await directory.look(again)).toContain(said)
  expect(directory.stored(which)).toEqual(drifted)
  expect(await directory.mend(again)).toContain(said)
  expect(await directory.look(again)).toContain('Everything is as it should be.')
})

test('an identity that was replaced is trusted in the place of the old one', async () => {
  Object.assign(directory.federated()[0] ?? {}, { subject: randomUUID() })
  await directory.mend(again)
  expect(directory.federated()).toMatchObject([{ subject: identityOf.broker }])
})

test('a second deployment of the same application is trusted beside the first', async () => {
  const other = ['--broker-principal', randomUUID(), '--federation-name', 'broker-2']
  await directory.mend([...again, ...other])
  expect(directory.federated()).toMatchObject([
    { name: 'broker', subject: identityOf.broker },
    { name: 'broker-2', subject: other[1] },
  ])
})

test('an assignment that is no longer required is required again', async () => {
  directory.servicePrincipal()['appRoleAssignmentRequired'] = false
  expect(await directory.mend(again)).toContain('assignment required')
  expect(directory.servicePrincipal()['appRoleAssignmentRequired']).toBe(true)
})

test('a role that was taken from the operator is given again', async () => {
  const held = directory.assignments()
  held.splice(
    held.findIndex(({ principalId }) => principalId === olga.id),
    1,
  )
  await directory.mend(again)
  expect(directory.roles()).toContain(`Broker.Manage ${olga.id}`)
})

const strangers: [string, (of: Directory) => void, string][] = [
  [
    'a redirect address',
    (of) =>
      of.view('app').web.redirectUris.length > 0 && addRedirect(of, 'https://old.example/back'),
    'Web redirect address https://old.example/back; codes may be sent there',
  ],
  [
    'an application permission',
    (of) => {
      const [first, ...rest] = of.view('app').requiredResourceAccess
      const role = { id: randomUUID(), type: 'Role' }
      const more = { ...first, resourceAccess: [...(first?.resourceAccess ?? []), role] }
      of.stored('app')['requiredResourceAccess'] = [more, ...rest]
    },
    'it must have none. Remove it',
  ],
  [
    'a client secret',
    (of) => (of.stored('app')['passwordCredentials'] = [{ displayName: 'by hand' }]),
    'a client secret (by hand): who knows it can be the application',
  ],
  [
    'another federated credential',
    (of) =>
      of.federated().push({
        id: randomUUID(),
        name: 'deployer',
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:contoso/x:ref:refs/heads/main',
        audiences: ['api://AzureADTokenExchange'],
      }),
    'federated credential deployer',
  ],
  [
    'another app role',
    (of) => {
      const extra = {
        id: randomUUID(),
        value: 'Own',
        isEnabled: true,
        allowedMemberTypes: ['User'],
      }
      of.stored('broker')['appRoles'] = [...of.view('broker').appRoles, extra]
    },
    'app role Own is not known here',
  ],
  [
    'a second holder of Consent.Relay',
    (of) => {
      const role = of.view('broker').appRoles.find(({ value }) => value === 'Consent.Relay')
      const who = { principalId: caller.id, principalDisplayName: 'Marketplace' }
      of.assignments().push({ id: randomUUID(), appRoleId: role?.id, ...who })
    },
    `Consent.Relay is held by Marketplace (${caller.id}). Only the onboarding app may: take it away`,
  ],
]

const addRedirect = (of: Directory, uri: string): void => {
  const { web } = of.view('app')
  of.stored('app')['web'] = { ...web, redirectUris: [...web.redirectUris, uri] }
}

test.each(strangers)('%s that is not known here is said and stays', async (_, add, said) => {
  add(directory)
  const before = structuredClone(directory.graph().lists)
  expect(await directory.mend(again)).toContain(said)
  expect(directory.graph().lists).toEqual(before)
})

test('what is not known here also stays when something beside it is mended', async () => {
  addRedirect(directory, 'https://old.example/back')
  const { web } = directory.view('app')
  const [own = '', , stranger = ''] = web.redirectUris
  directory.stored('app')['web'] = { ...web, redirectUris: [own, stranger] }
  await directory.mend(again)
  expect(directory.view('app').web.redirectUris).toEqual([
    `${onboarding}/consent/callback`,
    'https://old.example/back',
    `${onboarding}/consent/approved`,
  ])
})
