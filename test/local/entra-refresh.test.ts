import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  appId,
  askToken,
  azureCliFields,
  contoso,
  control,
  customer,
  decodeInfo,
  fabrikam,
  graph,
  partnerCenter,
  postForm,
  refreshFields,
  startTestEntra,
  tokensOf,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
let refreshToken: string
beforeAll(async () => {
  entra = await startTestEntra()
  refreshToken = (await tokensOf(entra, ada)).refresh_token
})
afterAll(() => entra.stop())

const ada = 'ada@contoso.example'
const home = { uid: '0f000000-0000-4000-8000-000000000101', utid: contoso }
const arm = 'https://management.azure.com'
const dayMs = 24 * 3600_000

test('a refresh token is for every resource; each redemption gives a new one and the old stays good', async () => {
  for (const resource of [graph, partnerCenter, `${graph}/`]) {
    const answer = await askToken(
      entra,
      contoso,
      refreshFields(refreshToken, `${resource}/.default`),
    )
    expect(answer.status).toBe(200)
    expect(decodeJwt(String(answer.body.access_token)).aud).toBe(resource.replace(/\/$/, ''))
    expect(decodeInfo(answer.body.client_info)).toEqual(home)
    expect(answer.body.refresh_token).not.toBe(refreshToken)
    const next = await askToken(entra, contoso, refreshFields(String(answer.body.refresh_token)))
    expect(next.status).toBe(200)
  }
})

test('Graph tokens are of the v2.0 form', async () => {
  const answer = await askToken(entra, contoso, refreshFields(refreshToken))
  expect(decodeJwt(String(answer.body.access_token))).toMatchObject({
    iss: `${entra.address}/${contoso}/v2.0`,
    ver: '2.0',
    azp: appId,
    azpacr: '1',
    tid: contoso,
    scp: 'User.Read.All',
  })
})

test('what was known of MFA at sign-in stays with the refresh token', async () => {
  const ben = (await tokensOf(entra, 'ben@contoso.example')).refresh_token
  await control(entra, 'directory', { people: [{ username: 'ben@contoso.example', mfa: true }] })
  for (const [token, amr] of [
    [ben, ['pwd']],
    [refreshToken, ['pwd', 'mfa']],
  ] as const) {
    const answer = await askToken(entra, contoso, refreshFields(token, `${partnerCenter}/.default`))
    expect(decodeJwt(String(answer.body.access_token)).amr).toEqual(amr)
  }
})

test('an agent reaches the customers of her own tenant, as herself', async () => {
  const answer = await askToken(entra, customer, refreshFields(refreshToken, `${arm}/.default`))
  expect(answer.status).toBe(200)
  expect(decodeJwt(String(answer.body.access_token))).toMatchObject({
    aud: arm,
    tid: customer,
    iss: `${entra.address}/${customer}/v2.0`,
    oid: home.uid,
  })
  expect(decodeInfo(answer.body.client_info)).toEqual(home)
})

test('who is no agent, or an agent of another partner, does not reach the customer', async () => {
  const fay = (await tokensOf(entra, 'fay@fabrikam.example', fabrikam)).refresh_token
  const cas = (await tokensOf(entra, 'cas@contoso.example')).refresh_token
  for (const token of [fay, cas]) {
    const answer = await askToken(entra, customer, refreshFields(token))
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: 'invalid_grant', error_codes: [50020] })
  }
  expect((await askToken(entra, fabrikam, refreshFields(refreshToken))).body.error_codes).toEqual([
    50020,
  ])
})

test('a guest redeems at home and where she is a guest', async () => {
  const gus = (await tokensOf(entra, 'gus@guest.example')).refresh_token
  for (const tenant of [contoso, fabrikam]) {
    const answer = await askToken(entra, tenant, refreshFields(gus))
    expect(decodeJwt(String(answer.body.access_token)).tid).toBe(tenant)
  }
})

test('consent that was taken away is missed, at home and at a customer', async () => {
  for (const tenant of [contoso, customer]) {
    await control(entra, 'consent', { tenant, resource: graph, granted: false })
    const refused = await askToken(entra, tenant, refreshFields(refreshToken))
    expect(refused.body).toMatchObject({
      error: 'invalid_grant',
      error_codes: [65001],
      suberror: 'consent_required',
    })
    await control(entra, 'consent', { tenant, resource: graph, granted: true })
    expect((await askToken(entra, tenant, refreshFields(refreshToken))).status).toBe(200)
  }
})

test('a permission that nobody consented to is missed', async () => {
  const scope = `${graph}/Mail.Read`
  const answer = await askToken(entra, contoso, refreshFields(refreshToken, scope))
  expect(answer.body.error_codes).toEqual([65001])
})

test('a revoked refresh token is told apart, and a later one is good', async () => {
  expect((await control(entra, 'revoke', { username: ada })).status).toBe(204)
  const revoked = await askToken(entra, contoso, refreshFields(refreshToken))
  expect(revoked.body).toMatchObject({
    error: 'invalid_grant',
    error_codes: [50173],
    suberror: 'bad_token',
  })
  refreshToken = (await tokensOf(entra, ada)).refresh_token
  expect((await askToken(entra, contoso, refreshFields(refreshToken))).status).toBe(200)
  expect((await control(entra, 'revoke', { username: 'nobody' })).status).toBe(404)
})

const redeemedAfter = async (days: number, token: string) => {
  entra.clock.aheadMs = days * dayMs
  const answer = await askToken(entra, contoso, refreshFields(token))
  entra.clock.aheadMs = 0
  return answer.body
}

test('a refresh token lasts 90 days, and each redemption starts them anew', async () => {
  const renewed = await redeemedAfter(89, refreshToken)
  expect(renewed.refresh_token).toBeTruthy()
  const expired = await redeemedAfter(91, refreshToken)
  expect(expired).toMatchObject({ error: 'invalid_grant', error_codes: [700082] })
  expect(expired).not.toHaveProperty('suberror')
  expect(await redeemedAfter(178, String(renewed.refresh_token))).toHaveProperty('access_token')
})

test('a refresh token belongs to one client', async () => {
  const answer = await postForm(`${entra.address}/${contoso}/oauth2/v2.0/token`, {
    ...refreshFields(refreshToken),
    client_id: azureCliFields.client_id,
  })
  expect(answer.body).toMatchObject({ error: 'invalid_grant', error_codes: [70000] })
})

test.each([
  ['an invented refresh token', { refresh_token: '1.abc' }, 'invalid_grant', 9002313],
  [
    'scopes of two resources',
    { scope: `${graph}/.default ${arm}/.default` },
    'invalid_scope',
    28000,
  ],
  [
    'an unknown resource',
    { scope: 'https://graph.windows.net/.default' },
    'invalid_resource',
    500011,
  ],
  ['a resource parameter', { resource: graph }, 'invalid_request', 901002],
  ['no refresh token', { refresh_token: '' }, 'invalid_request', 900144],
  ['no grant type', { grant_type: '' }, 'invalid_request', 900144],
  ['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type', 70003],
])('%s is refused', async (...[, changes, error, code]) => {
  const answer = await askToken(entra, contoso, { ...refreshFields(refreshToken), ...changes })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ error, error_codes: [code] })
})

test('without offline_access no refresh token comes back', async () => {
  const scope = `${graph}/.default`
  const answer = await askToken(entra, contoso, { ...refreshFields(refreshToken), scope })
  expect(answer.status).toBe(200)
  expect(answer.body).not.toHaveProperty('refresh_token')
})

test('an unknown tenant is refused', async () => {
  const answer = await askToken(entra, appId, refreshFields(refreshToken))
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ error: 'invalid_request', error_codes: [90002] })
})
