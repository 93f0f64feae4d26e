import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deployed, fresh, openDirectory, type Directory } from './support/registered.ts'
import { caller, identityOf, olga, tenant } from './support/small-graph.ts'

let directory: Directory

beforeAll(async () => {
  directory = await openDirectory()
})
beforeEach(() => directory.renew())
afterAll(() => directory.remove())

test('a person who may not make applications is told which role it takes, and of whom to ask it', async () => {
  directory.graph().denied.push('/applications')
  const { code, stderr } = await directory.run(['apply', ...fresh, '--yes'])
  expect(code).toBe(1)
  expect(stderr).toContain('refuses to make the application that partners consent to (403')
  expect(stderr).toMatch(/Cloud Application Administrator or\s+Application Administrator/)
  expect(stderr).toContain('hand this command to who\nholds it')
  expect(stderr).not.toContain('signature')
})

test('who may make applications but give no roles is told which, and another goes on from there', async () => {
  const { denied, lists } = directory.graph()
  await directory.mend(['apply', ...fresh])
  denied.push('/servicePrincipals/')
  const refused = await directory.run([...directory.known(), '--yes'])
  expect(refused).toMatchObject({ code: 1 })
  expect(refused.stderr).toContain('refuses to give the app role Consent.Relay to id-onboarding')
  denied.length = 0
  expect(await directory.run([...directory.known(), '--yes'])).toMatchObject({ code: 0 })
  expect(lists['/applications']).toHaveLength(2)
  expect(directory.roles()).toHaveLength(3)
})

test('an application that only has the same name is not taken for ours', async () => {
  await directory.mend(['apply', ...fresh])
  directory.graph().writes.length = 0
  const { code, stderr } = await directory.run(['apply', ...fresh, '--yes'])
  expect(code).toBe(1)
  expect(stderr).toContain(`add --app-client-id ${directory.view('app').appId}`)
  expect(directory.graph().writes).toEqual([])
})

test("the application that partners consent to is never the broker's own API", async () => {
  const id = caller.appId
  const ran = await directory.run(['apply', '--app-client-id', id, '--broker-client-id', id])
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('give two client ids') })
})

test('a person who is not there is said before anything is written', async () => {
  const ran = await directory.run([
    'apply',
    ...fresh,
    '--operator',
    'nobody@contoso.example',
    '--yes',
  ])
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no person nobody'),
  })
  expect(directory.graph().writes).toEqual([])
})

test('a person does not get the role of the onboarding app', async () => {
  const ran = await directory.run(['apply', ...fresh, '--onboarding-principal', olga.id, '--yes'])
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('not servicePrincipal') })
})

test('who is signed in at another tenant than the one that was meant is stopped', async () => {
  const other = 'c0a7e000-0000-4000-8000-0000000000ff'
  const ran = await directory.run(['apply', ...fresh, '--yes', '--tenant', other])
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(`not ${other}`) })
  expect(directory.graph().writes).toEqual([])
})

test('a client id that is in no registration is said', async () => {
  const ran = await directory.run([
    'apply',
    ...fresh.slice(0, 2),
    '--broker-client-id',
    tenant,
    '--yes',
  ])
  expect(ran.stderr).toContain(`There is no application with the client id ${tenant}`)
})

test('a caller gets Token.Issue and nothing else, by client id or object id, once', async () => {
  await directory.made()
  const broker = directory.view('broker').appId
  const asked = [caller.appId, identityOf.broker, '--broker-client-id', broker]
  const looked = await directory.run(['caller', ...asked, '--what-if'])
  expect(looked.stdout).toContain(`app role Token.Issue for Marketplace (${caller.id})`)
  expect(directory.graph().writes).toEqual([])
  expect(await directory.run(['caller', ...asked, '--yes'])).toMatchObject({ code: 0 })
  expect(directory.roles().slice(-2)).toEqual([
    `Token.Issue ${caller.id}`,
    `Token.Issue ${identityOf.broker}`,
  ])
  directory.graph().writes.length = 0
  await directory.run(['caller', ...asked, '--yes'])
  expect(directory.graph().writes).toEqual([])
})

test('for a direct CSP the application is for its own tenant, and usable there', async () => {
  await directory.mend(['apply', ...fresh, ...deployed, '--single-tenant'])
  expect(directory.stored('app')).toMatchObject({ signInAudience: 'AzureADMyOrg' })
  const { appId } = directory.view('app')
  const principals = directory.graph().lists['/servicePrincipals'] ?? []
  expect(principals.some((one) => one['appId'] === appId)).toBe(true)
})

test('applications of other tenants may call only where that was asked for', async () => {
  await directory.mend(['apply', ...fresh, '--other-tenants-call'])
  expect(directory.stored('broker')).toMatchObject({ signInAudience: 'AzureADMultipleOrgs' })
})

test('another cloud is trusted under its own issuer and audience', async () => {
  const another = [
    '--authority=https://login.microsoftonline.us',
    '--federation-audience=api://AzureADTokenExchangeUSGov',
  ]
  const { code, stderr } = await directory.run([
    'apply',
    ...fresh,
    ...deployed,
    ...another,
    '--yes',
  ])
  expect(code, stderr).toBe(0)
  expect(directory.federated()).toMatchObject([
    {
      issuer: `https://login.microsoftonline.us/${tenant}/v2.0`,
      audiences: ['api://AzureADTokenExchangeUSGov'],
    },
  ])
})

test('nothing that is ever sent makes a secret', async () => {
  await directory.made()
  await directory.run([
    'caller',
    caller.appId,
    '--broker-client-id',
    directory.view('broker').appId,
    '--yes',
  ])
  const { lists, writes } = directory.graph()
  expect(writes.filter((one) => /addPassword|addKey/.test(one))).toEqual([])
  for (const one of lists['/applications'] ?? []) {
    expect(one).toMatchObject({ passwordCredentials: [], keyCredentials: [] })
  }
})

test.each([[['help']], [['apply', '--help']]])('%j says how it is used', async (args) => {
  const { code, stdout } = await directory.run(args)
  expect(code).toBe(0)
  expect(stdout).toContain('usage: npm run -s registrations -- apply')
})
