import { afterEach, beforeEach, expect, test } from 'vitest'
import { apisFixture, customerTenant } from './apis-fixture.ts'
import { createIssuer, tenant } from './bearer-tokens.ts'

let fixture: Awaited<ReturnType<typeof apisFixture>>
beforeEach(async () => {
  fixture = await apisFixture()
})
afterEach(() => fixture.close())

const apis = () => [
  {
    name: 'Partner Center',
    aud: 'https://api.partnercenter.microsoft.com',
    url: `${fixture.apis.partnerCenter.address}/v1/profiles/organization`,
    shape: { code: expect.any(String), description: expect.any(String) },
  },
  {
    name: 'Graph',
    aud: 'https://graph.microsoft.com',
    url: `${fixture.apis.graph.address}/v1.0/organization`,
    shape: { error: { code: 'InvalidAuthenticationToken' } },
  },
  {
    name: 'ARM',
    aud: 'https://management.azure.com',
    url: `${fixture.apis.arm.address}/subscriptions?api-version=2022-12-01`,
    shape: { error: { code: 'InvalidAuthenticationToken' } },
  },
]

test('each API takes tokens of its own audience only', async () => {
  for (const { name, url, shape } of apis()) {
    for (const { aud, name: other } of apis()) {
      const response = await fixture.ask(url, { aud })
      const isOwn = other === name
      expect(response.status, `${other} at ${name}`).toBe(isOwn ? 200 : 401)
      expect(await response.json(), name).toMatchObject(isOwn ? {} : shape)
    }
  }
})

test('a missing, forged, expired or unreadable token is refused with a challenge', async () => {
  const stranger = await createIssuer()
  for (const { name, aud, url } of apis()) {
    const claims = { aud, oid: 'agent-id', scp: 'user_impersonation' }
    const tokens = [
      '',
      `Bearer ${await stranger.issue(claims)}`,
      `Bearer ${await fixture.issue(claims, new Date(Date.now() - 60_000))}`,
      `Bearer ${await fixture.issue({ ...claims, oid: ['a\nb'] })}`,
      'Bearer rubbish',
      'Basic YTpi',
    ]
    for (const authorization of tokens) {
      const response = await fetch(url, { headers: authorization ? { authorization } : {} })
      expect(response.status, `${name} ${authorization}`).toBe(401)
      expect(response.headers.get('www-authenticate'), name).toMatch(/^Bearer/)
    }
  }
})

test('Graph tells the organization of the token, also at a customer', async () => {
  const url = `${fixture.apis.graph.address}/v1.0/organization`
  const aud = 'https://graph.microsoft.com'
  const own: unknown = await (await fixture.ask(url, { aud })).json()
  expect(own).toMatchObject({ value: [{ id: tenant, displayName: 'Contoso' }] })
  const customer: unknown = await (await fixture.ask(url, { aud, tid: customerTenant })).json()
  expect(customer).toMatchObject({ value: [{ id: customerTenant, displayName: 'Tailspin' }] })
})

test('Graph tells who signed in, and refuses that question of an application', async () => {
  const url = `${fixture.apis.graph.address}/v1.0/me`
  const aud = 'https://graph.microsoft.com'
  const response = await fixture.ask(url, { aud, oid: 'member-id' })
  expect(await response.json()).toMatchObject({ id: 'member-id', displayName: 'member' })
  expect((await fixture.ask(url, { aud, oid: 'unknown-id' })).status).toBe(404)
  expect((await fixture.ask(url, { aud, scp: undefined })).status).toBe(400)
})

test('Graph lists the partner’s GDAP relationships', async () => {
  const url = `${fixture.apis.graph.address}/v1.0/tenantRelationships/delegatedAdminRelationships`
  const response = await fixture.ask(url, { aud: 'https://graph.microsoft.com' })
  expect(await response.json()).toMatchObject({
    value: [
      { status: 'active', customer: { tenantId: customerTenant, displayName: 'Tailspin' } },
      { customer: { displayName: 'Wingtip' } },
    ],
  })
  expect((await fixture.ask(`${url}/x`, { aud: 'https://graph.microsoft.com' })).status).toBe(404)
})

test('ARM lists the subscription and the tenant of the token, and wants an api-version', async () => {
  const { address } = fixture.apis.arm
  const aud = 'https://management.azure.com'
  const tid = customerTenant
  const list = await fixture.ask(`${address}/subscriptions?api-version=2022-12-01`, { aud, tid })
  expect(await list.json()).toMatchObject({
    value: [{ tenantId: customerTenant, displayName: 'Subscription of Tailspin' }],
  })
  const tenants = await fixture.ask(`${address}/tenants?api-version=2022-12-01`, { aud, tid })
  expect(await tenants.json()).toMatchObject({ value: [{ tenantId: customerTenant }] })
  const unversioned = await fixture.ask(`${address}/subscriptions`, { aud })
  expect(unversioned.status).toBe(400)
  expect(await unversioned.json()).toMatchObject({ error: { code: 'MissingApiVersionParameter' } })
})

test('a fault strikes the tenant and audience it names, and the record shows both', async () => {
  const { graph } = fixture.apis
  const aud = 'https://graph.microsoft.com'
  graph.addFault({ match: { tenant: customerTenant, audience: aud }, status: 503 })
  const url = `${graph.address}/v1.0/organization`
  expect((await fixture.ask(url, { aud, tid: customerTenant })).status).toBe(503)
  expect((await fixture.ask(url, { aud })).status).toBe(200)
  expect(graph.requests().at(-1)).toMatchObject({ tenant, audience: aud, status: 200 })
})
