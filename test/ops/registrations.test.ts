import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { audiences } from '../../shared/broker/audience.ts'
import { deployed, fresh, onboarding, openDirectory, type Directory } from './support/registered.ts'
import type { Ran } from './support/run-ops.ts'
import { identityOf, olga, partnerCenter, rita, tenant } from './support/small-graph.ts'

let directory: Directory

beforeAll(async () => {
  directory = await openDirectory()
})
beforeEach(() => directory.renew())
afterAll(() => directory.remove())

test('in a fresh tenant the application that partners consent to is made whole', async () => {
  await directory.made()
  expect(directory.stored('app')).toMatchObject({
    displayName: "Contoso's Marketplace",
    signInAudience: 'AzureADMultipleOrgs',
    groupMembershipClaims: 'DirectoryRole',
    web: {
      redirectUris: [`${onboarding}/consent/callback`, `${onboarding}/consent/approved`],
      implicitGrantSettings: { enableIdTokenIssuance: false, enableAccessTokenIssuance: false },
    },
    passwordCredentials: [],
    keyCredentials: [],
    appRoles: [],
  })
  for (const { resource, permissions } of audiences) {
    const resourceAccess = permissions.map((name) => ({
      id: directory.permissionId(resource, name),
      type: 'Scope',
    }))
    expect(directory.view('app').requiredResourceAccess).toContainEqual(
      expect.objectContaining({ resourceAccess }),
    )
  }
  expect(directory.federated()).toMatchObject([
    {
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      subject: identityOf.broker,
      audiences: ['api://AzureADTokenExchange'],
    },
  ])
})

test("in a fresh tenant the broker's own API is made whole, apart from the other", async () => {
  await directory.made()
  const broker = directory.stored('broker')
  const role = (value: string, allowedMemberTypes: string[]) =>
    expect.objectContaining({ value, allowedMemberTypes, isEnabled: true })
  expect(broker).toMatchObject({
    signInAudience: 'AzureADMyOrg',
    identifierUris: [`api://${String(broker['appId'])}`],
    appRoles: [
      role('Token.Issue', ['Application']),
      role('Consent.Relay', ['Application']),
      role('Broker.Manage', ['Application', 'User']),
      role('Broker.Read', ['Application', 'User']),
    ],
    optionalClaims: { accessToken: [expect.objectContaining({ name: 'idtyp' })] },
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [expect.objectContaining({ value: 'Manage', isEnabled: true })],
    },
  })
  const { api } = directory.view('broker')
  expect(api['preAuthorizedApplications']).toEqual([
    {
      appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      delegatedPermissionIds: [api.oauth2PermissionScopes[0]?.id],
    },
  ])
  expect(directory.servicePrincipal()).toMatchObject({ appRoleAssignmentRequired: true })
  expect(directory.roles()).toEqual([
    `Consent.Relay ${identityOf.onboarding}`,
    `Broker.Manage ${olga.id}`,
    `Broker.Read ${rita.id}`,
  ])
})

test('what the deployment needs to know is printed, ready for azd', async () => {
  const { stdout } = await directory.run(['apply', ...fresh, '--yes'])
  const [app, broker] = [directory.view('app').appId, directory.view('broker').appId]
  expect(stdout).toContain(
    [
      `azd env set APP_CLIENT_ID '${app}'`,
      String.raw`azd env set APP_DISPLAY_NAME 'Contoso'\''s Marketplace'`,
      `azd env set BROKER_CLIENT_ID '${broker}'`,
      `azd env set BROKER_AUDIENCE 'api://${broker}'`,
    ].join('\n'),
  )
  expect(stdout).toMatch(/Not yet:[^]*--operator[^]*--onboarding-principal[^]*--onboarding-url/)
})

test('each delegated permission is said by name, with its reason', async () => {
  const { stdout } = await directory.run(['apply', ...fresh, '--what-if'])
  for (const { displayName, reasons } of audiences) {
    for (const [name, why] of Object.entries(reasons)) {
      expect(stdout).toContain(`delegated permission ${displayName} ${name}\n      ${why}`)
    }
  }
})

test('a second run changes nothing', async () => {
  await directory.run(['apply', ...fresh, ...deployed, '--yes'])
  const again = directory.known()
  directory.graph().writes.length = 0
  expect(await directory.run(again)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Everything is as it should be.'),
  })
  expect(directory.graph().writes).toEqual([])
})

test('a first run without the deployment and a second one with it make the same', async () => {
  await directory.mend(['apply', ...fresh])
  expect(await directory.run([...directory.known(), '--yes'])).toMatchObject({ code: 0 })
  expect(directory.federated()).toHaveLength(1)
  expect(directory.roles()).toHaveLength(3)
  directory.graph().writes.length = 0
  await directory.run([...directory.known(), '--yes'])
  expect(directory.graph().writes).toEqual([])
})

test('a client id that azd knows is found in the environment', async () => {
  await directory.made()
  const env = {
    APP_CLIENT_ID: directory.view('app').appId,
    BROKER_CLIENT_ID: directory.view('broker').appId,
    ONBOARDING_URL: onboarding,
    BROKER_PRINCIPAL_ID: identityOf.broker,
    ONBOARDING_PRINCIPAL_ID: identityOf.onboarding,
  }
  const { stdout } = await directory.run(['apply', '--operator', olga.id], env)
  expect(stdout).toContain('Everything is as it should be.')
})

test('with --what-if every change is said and none is made', async () => {
  const { code, stdout } = await directory.run(['apply', ...fresh, ...deployed, '--what-if'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^\d+ changes would be made:/)
  expect(stdout).toContain('app role Token.Issue: added (allowedMemberTypes Application)')
  expect(stdout).toContain(`app role Broker.Manage for ${olga.userPrincipalName} (${olga.id})`)
  expect(stdout).toContain('Partner Center: made known to this tenant')
  expect(directory.graph().writes).toEqual([])
})

test('what --what-if says is what is then made', async () => {
  directory.graph().lists['/servicePrincipals']?.push(partnerCenter())
  const changesOf = ({ stdout }: Ran): unknown => JSON.parse(stdout).changes
  const said = changesOf(
    await directory.run(['apply', ...fresh, ...deployed, '--what-if', '--json']),
  )
  const done = changesOf(await directory.run(['apply', ...fresh, ...deployed, '--yes', '--json']))
  expect(done).toEqual(said)
})

test('without a terminal and without --yes nothing is made', async () => {
  expect(await directory.run(['apply', ...fresh])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing was done'),
  })
  expect(directory.graph().writes).toEqual([])
})

test('changes that the directory does not know everywhere yet are waited for', async () => {
  directory.graph().staleFor = 2
  await directory.made()
  expect(directory.roles()).toHaveLength(3)
})
