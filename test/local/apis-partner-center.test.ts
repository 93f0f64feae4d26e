import { afterEach, beforeEach, expect, test } from 'vitest'
import { apisFixture, customerTenant } from './apis-fixture.ts'
import { tenant } from './bearer-tokens.ts'

let fixture: Awaited<ReturnType<typeof apisFixture>>
beforeEach(async () => {
  fixture = await apisFixture()
})
afterEach(() => fixture.close())

const aud = 'https://api.partnercenter.microsoft.com'
const get = (path: string, claims = {}, headers: Record<string, string> = {}) =>
  fixture.ask(fixture.apis.partnerCenter.address + path, { aud, ...claims }, headers)
const switchMfa = (body: object) =>
  fetch(`${fixture.apis.partnerCenter.address}/_local/mfa`, {
    method: 'POST',
    body: JSON.stringify(body),
  })

test('an agent sees the customers of her own partner only, as many as asked for', async () => {
  const response = await get('/v1/customers?size=5')
  expect(response.status).toBe(200)
  const body: unknown = await response.json()
  expect(body).toMatchObject({
    totalCount: 2,
    items: [{ id: customerTenant, companyProfile: { companyName: 'Tailspin' } }, {}],
  })
  expect(await (await get('/v1/customers?size=1')).json()).toMatchObject({ totalCount: 1 })
})

test('a member without agent role, another partner’s agent and an unknown person are refused', async () => {
  for (const oid of ['member-id', 'foreign-id', 'unknown-id']) {
    const response = await get('/v1/customers?size=1', { oid })
    expect(response.status, oid).toBe(403)
    expect(await response.json(), oid).toMatchObject({ code: '900308' })
  }
})

test('who loses the agent role loses the customers at once', async () => {
  expect((await get('/v1/customers?size=1')).status).toBe(200)
  for (const person of fixture.directory.people) person.agent = false
  expect((await get('/v1/customers?size=1')).status).toBe(403)
})

test('profiles are open to any person of the partner', async () => {
  const response = await get('/v1/profiles/organization', { oid: 'member-id' })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ id: tenant, companyName: 'Contoso' })
  expect((await get('/v1/profiles/billing', { oid: 'member-id' })).status).toBe(200)
  expect((await get('/v1/profiles/organization', { oid: 'foreign-id' })).status).toBe(403)
  expect((await get('/v1/unknown')).status).toBe(404)
})

test('an application’s token is refused by its own code', async () => {
  const response = await get('/v1/customers', { scp: undefined })
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: '900329' })
})

test('whether the token has MFA is told when asked for, also with a refusal', async () => {
  const ask = { ValidateMfa: 'true' }
  const told = async (path: string, claims: object, headers: Record<string, string> = ask) =>
    (await get(path, claims, headers)).headers.get('isMfaCompliant')
  expect(await told('/v1/customers?size=1', { amr: ['pwd', 'mfa'] })).toBe('true')
  expect(await told('/v1/customers?size=1', { amr: ['pwd'] })).toBe('false')
  expect(await told('/v1/customers?size=1', { oid: 'member-id', amr: ['mfa'] })).toBe('true')
  expect(await told('/v1/profiles/organization', {})).toBe('false')
  expect(await told('/v1/profiles/organization', { amr: ['mfa'] }, {})).toBeNull()
})

test('enforced MFA refuses a token without it', async () => {
  await switchMfa({ enforce: true })
  const refused = await get('/v1/profiles/organization', { amr: ['pwd'] })
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ code: '900421' })
  expect((await get('/v1/profiles/organization', { amr: ['mfa'] })).status).toBe(200)
  await switchMfa({})
  expect((await get('/v1/profiles/organization', { amr: ['pwd'] })).status).toBe(200)
})

test('a silent Partner Center does not tell about MFA', async () => {
  expect((await switchMfa({ silent: true })).status).toBe(204)
  const response = await get('/v1/customers?size=1', { amr: ['mfa'] }, { ValidateMfa: 'true' })
  expect(response.status).toBe(200)
  expect(response.headers.has('isMfaCompliant')).toBe(false)
})

test('a switch that is no boolean is refused and changes nothing', async () => {
  expect((await switchMfa({ enforce: 'yes' })).status).toBe(400)
  expect((await get('/v1/profiles/organization')).status).toBe(200)
})

test('correlation and request ids are echoed, or made', async () => {
  const echoed = await get(
    '/v1/customers',
    {},
    { 'ms-correlationid': 'c-1', 'ms-requestid': 'r-1' },
  )
  expect(echoed.headers.get('ms-correlationid')).toBe('c-1')
  expect(echoed.headers.get('ms-requestid')).toBe('r-1')
  expect((await get('/v1/customers')).headers.get('ms-requestid')).toMatch(/^[0-9a-f-]{36}$/)
})
