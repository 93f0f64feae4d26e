import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  appId,
  askToken,
  azureCliFields,
  brokerAudience,
  brokerId,
  callback,
  codeFields,
  codeOf,
  contoso,
  control,
  decodeInfo,
  fabrikam,
  graph,
  operator,
  partnerCenter,
  postForm,
  startTestEntra,
  tokensOf,
  verifier,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
beforeAll(async () => {
  entra = await startTestEntra()
})
afterAll(() => entra.stop())

const ada = 'ada@contoso.example'
const adaObject = '0f000000-0000-4000-8000-000000000101'
const gusObject = '0f000000-0000-4000-8000-000000000105'
const verify = (token: unknown, audience: string) =>
  jwtVerify(String(token), createLocalJWKSet(entra.part.jwks()), {
    audience,
    algorithms: ['RS256'],
  })

test('a code buys an access token for Partner Center that shows MFA, as a v1.0 token does', async () => {
  const answer = await askToken(entra, contoso, codeFields(await codeOf(entra, ada)))
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ token_type: 'Bearer' })
  expect(answer.body.scope).toBe(`${partnerCenter}/user_impersonation ${partnerCenter}/.default`)
  expect(answer.body.expires_in).toBeGreaterThanOrEqual(3600)
  expect(answer.body.expires_in).toBeLessThanOrEqual(5400)
  expect(answer.body.ext_expires_in).toBe(answer.body.expires_in)
  const { payload } = await verify(answer.body.access_token, partnerCenter)
  expect(payload).toMatchObject({
    iss: `https://sts.windows.net/${contoso}/`,
    ver: '1.0',
    tid: contoso,
    oid: adaObject,
    upn: ada,
    appid: appId,
    scp: 'user_impersonation',
    amr: ['pwd', 'mfa'],
    wids: ['62e90394-69f5-4237-9190-012177145e10'],
  })
  const lifetime = (payload.exp ?? 0) - Math.floor(Date.now() / 1000)
  expect(Math.abs(lifetime - Number(answer.body.expires_in))).toBeLessThan(5)
})

test('a sign-in without MFA leaves no mfa in amr', async () => {
  const tokens = await tokensOf(entra, 'ben@contoso.example')
  expect(decodeJwt(tokens.access_token).amr).toEqual(['pwd'])
})

test('the ID token holds nonce, issuer and roles, and client_info the account at home', async () => {
  const tokens = await tokensOf(entra, ada)
  const { payload } = await verify(tokens.id_token, appId)
  expect(payload).toMatchObject({
    iss: `${entra.address}/${contoso}/v2.0`,
    nonce: 'the-nonce',
    tid: contoso,
    oid: adaObject,
    name: 'Ada',
    preferred_username: ada,
    wids: ['62e90394-69f5-4237-9190-012177145e10'],
  })
  expect(payload).not.toHaveProperty('amr')
  expect(payload).not.toHaveProperty('idp')
  expect(decodeInfo(tokens.client_info)).toEqual({ uid: adaObject, utid: contoso })
  const ben = decodeJwt((await tokensOf(entra, 'ben@contoso.example')).id_token)
  expect(ben.wids).toEqual(['b79fbf4d-3ef9-4689-8143-76b194e85509'])
})

test('a guest has another object id, an idp and no role in the tenant she visits', async () => {
  const tokens = await tokensOf(entra, 'gus@guest.example')
  const claims = decodeJwt(tokens.id_token)
  expect(claims).toMatchObject({ tid: contoso, idp: `https://sts.windows.net/${fabrikam}/` })
  expect(claims.oid).not.toBe(gusObject)
  expect(claims.wids).toEqual(['b79fbf4d-3ef9-4689-8143-76b194e85509'])
  expect(decodeInfo(tokens.client_info)).toEqual({ uid: gusObject, utid: fabrikam })
})

test('what was not asked for is not answered', async () => {
  const answer = await askToken(entra, contoso, {
    ...codeFields(await codeOf(entra, ada)),
    scope: `${partnerCenter}/user_impersonation`,
    client_info: '0',
  })
  expect(answer.body).toHaveProperty('access_token')
  for (const name of ['refresh_token', 'id_token', 'client_info']) {
    expect(answer.body).not.toHaveProperty(name)
  }
})

test('without a scope the token is for the first resource of the sign-in', async () => {
  const { scope: _, ...fields } = codeFields(await codeOf(entra, ada))
  const answer = await askToken(entra, contoso, fields)
  expect(decodeJwt(String(answer.body.access_token)).aud).toBe(partnerCenter)
})

test('a sign-in for OpenID only gives an ID token', async () => {
  const answer = await askToken(entra, contoso, {
    ...codeFields(await codeOf(entra, ada)),
    scope: 'openid profile',
  })
  expect(answer.status).toBe(200)
  expect(decodeJwt(String(answer.body.id_token)).oid).toBe(adaObject)
})

test('a code is good once', async () => {
  const fields = codeFields(await codeOf(entra, ada))
  expect((await askToken(entra, contoso, fields)).status).toBe(200)
  const again = await askToken(entra, contoso, fields)
  expect(again.status).toBe(400)
  expect(again.body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] })
})

test('a code is good for ten minutes', async () => {
  const [first, second] = [await codeOf(entra, ada), await codeOf(entra, ada)]
  entra.clock.aheadMs = 9.9 * 60_000
  const good = await askToken(entra, contoso, codeFields(first))
  entra.clock.aheadMs = 10.1 * 60_000
  const late = await askToken(entra, contoso, codeFields(second))
  entra.clock.aheadMs = 0
  expect(good.status).toBe(200)
  expect(late.body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] })
})

test.each([
  ['another verifier', { code_verifier: `${verifier}x` }, 'invalid_grant', 501481],
  ['no verifier', { code_verifier: '' }, 'invalid_grant', 501481],
  ['another redirect URI', { redirect_uri: `${callback}2` }, 'invalid_client', 500112],
  ['an invented code', { code: 'x' }, 'invalid_grant', 9002313],
  [
    'a scope of two resources',
    { scope: `${graph}/.default ${partnerCenter}/.default` },
    'invalid_scope',
    28000,
  ],
  [
    'a resource nobody consented to',
    { scope: `https://management.azure.com/.default` },
    'invalid_grant',
    65001,
  ],
])('%s is refused and the code stays good', async (...[, changes, error, code]) => {
  const fields = codeFields(await codeOf(entra, ada))
  const answer = await askToken(entra, contoso, { ...fields, ...changes })
  expect(answer.body).toMatchObject({ error, error_codes: [code] })
  expect((await askToken(entra, contoso, fields)).status).toBe(200)
})

test('a code is bound to the tenant it was issued at', async () => {
  const fields = codeFields(await codeOf(entra, ada))
  for (const tenant of [fabrikam, 'common']) {
    const answer = await askToken(entra, tenant, fields)
    expect(answer.body).toMatchObject({ error: 'invalid_grant', error_codes: [700005] })
  }
})

test('an operator gets a delegated token for the broker through the Azure CLI', async () => {
  const scope = `${brokerAudience}/Manage openid profile offline_access`
  const fields = { ...azureCliFields, scope, response_mode: 'form_post' }
  const code = await codeOf(entra, 'ops@operator.example', { tenant: operator, fields })
  const url = `${entra.address}/${operator}/oauth2/v2.0/token`
  const { client_id, redirect_uri } = azureCliFields
  const answer = await postForm(url, {
    grant_type: 'authorization_code',
    client_id,
    redirect_uri,
    code,
    scope,
  })
  const { payload } = await verify(answer.body.access_token, brokerId)
  expect(payload).toMatchObject({ scp: 'Manage', roles: ['Broker.Manage'], ver: '2.0' })
  expect(payload.iss).toBe(`${entra.address}/${operator}/v2.0`)
  const again = await postForm(url, {
    grant_type: 'refresh_token',
    client_id,
    refresh_token: String(answer.body.refresh_token),
    scope,
  })
  expect((await verify(again.body.access_token, brokerId)).payload.scp).toBe('Manage')
})

test('a refusal has the body of the real Entra', async () => {
  const url = `${entra.address}/${contoso}/oauth2/v2.0/token?client-request-id=0f000000-0000-4000-8000-00000000cafe`
  const { status, body } = await postForm(url, {
    client_id: appId,
    client_secret: 'app-secret',
    ...codeFields('x'),
  })
  expect(status).toBe(400)
  expect(body).toEqual({
    error: 'invalid_grant',
    error_description: `AADSTS9002313: Invalid request. Request is malformed or invalid. Trace ID: ${String(body.trace_id)} Correlation ID: 0f000000-0000-4000-8000-00000000cafe Timestamp: ${String(body.timestamp)}`,
    error_codes: [9002313],
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
    trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    correlation_id: '0f000000-0000-4000-8000-00000000cafe',
    error_uri: 'https://login.microsoftonline.com/error?code=9002313',
  })
})

test('a person whose roles change has them in the next token', async () => {
  await control(entra, 'directory', { people: [{ username: ada, admin: false }] })
  expect(decodeJwt((await tokensOf(entra, ada)).access_token)).not.toHaveProperty('wids')
  await control(entra, 'directory', { people: [{ username: ada, admin: true }] })
  expect(decodeJwt((await tokensOf(entra, ada)).access_token)).toHaveProperty('wids')
})
