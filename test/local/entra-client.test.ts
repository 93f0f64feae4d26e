import { X509Certificate } from 'node:crypto'
import { createLocalJWKSet, importPKCS8, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  appId,
  brokerAudience,
  brokerId,
  callerId,
  contoso,
  control,
  graph,
  identity,
  operator,
  postForm,
  startTestEntra,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
beforeAll(async () => {
  entra = await startTestEntra()
})
afterAll(() => entra.stop())

const secret = 'caller secret +/='
const scope = `${brokerAudience}/.default`
const tokenUrl = (tenant: string) => `${entra.address}/${tenant}/oauth2/v2.0/token`
const asCaller = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  postForm(tokenUrl(operator), { grant_type: 'client_credentials', scope, ...fields }, headers)

const byAssertion = (assertion: string) =>
  postForm(tokenUrl(contoso), {
    grant_type: 'client_credentials',
    scope: `${graph}/.default`,
    client_id: appId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })

const certificateAssertion = async (
  claims: JWTPayload = {},
  {
    alg = 'PS256',
    certificate = entra.application,
  }: {
    alg?: string
    certificate?: { cert: string; private: string }
  } = {},
) => {
  const { fingerprint256 } = new X509Certificate(certificate.cert)
  const thumbprint = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
  return new SignJWT({ iss: appId, sub: appId, aud: tokenUrl(contoso), jti: 'x', ...claims })
    .setProtectedHeader({ alg, typ: 'JWT', 'x5t#S256': thumbprint })
    .setExpirationTime(claims.exp ?? '5m')
    .sign(await importPKCS8(certificate.private, alg))
}

const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2)

test('a caller gets a v2.0 token of its own for the broker, by form or by Basic', async () => {
  const basic = Buffer.from(`${callerId}:${encode(secret)}`).toString('base64')
  for (const answer of [
    await asCaller({ client_id: callerId, client_secret: secret }),
    await asCaller({}, { authorization: `Basic ${basic}` }),
  ]) {
    expect(answer.status).toBe(200)
    const keys = createLocalJWKSet(entra.part.jwks())
    const { payload } = await jwtVerify(String(answer.body.access_token), keys, {
      audience: brokerId,
      issuer: `${entra.address}/${operator}/v2.0`,
    })
    expect(payload).toMatchObject({
      ver: '2.0',
      tid: operator,
      azp: callerId,
      azpacr: '1',
      idtyp: 'app',
      roles: ['Token.Issue'],
    })
    expect(payload.sub).toBe(payload.oid)
    expect(answer.body).not.toHaveProperty('refresh_token')
  }
})

test('a caller without a role has no roles claim', async () => {
  const clientId = '0f000000-0000-4000-8000-0000000000f9'
  const caller = { name: 'poor', tenant: operator, clientId, clientSecret: 's' }
  await control(entra, 'directory', { callers: [caller] })
  const answer = await asCaller({ client_id: clientId, client_secret: 's' })
  const [, payload = ''] = String(answer.body.access_token).split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  expect(claims).toMatchObject({ azp: clientId })
  expect(claims).not.toHaveProperty('roles')
})

test.each([
  ['a wrong secret', { client_id: callerId, client_secret: 'x' }, 401, 7000215],
  ['no credential', { client_id: callerId }, 401, 7000218],
  ['an unknown application', { client_id: operator, client_secret: 'x' }, 400, 700016],
  ['no client id', { client_secret: 'x' }, 400, 900144],
  [
    'a scope without .default',
    { client_id: callerId, client_secret: secret, scope: `${brokerAudience}/Manage` },
    400,
    1002012,
  ],
  [
    'two resources',
    { client_id: callerId, client_secret: secret, scope: `${scope} ${graph}/.default` },
    400,
    28000,
  ],
])('%s is refused', async (...[, fields, status, code]) => {
  const answer = await asCaller(fields)
  expect(answer.status).toBe(status)
  expect(answer.body.error_codes).toEqual([code])
})

test('a caller exists in its own tenant only', async () => {
  const answer = await postForm(tokenUrl(contoso), {
    grant_type: 'client_credentials',
    scope,
    client_id: callerId,
    client_secret: secret,
  })
  expect(answer.body).toMatchObject({ error: 'unauthorized_client', error_codes: [700016] })
})

test('no application token is given at /organizations', async () => {
  const answer = await postForm(tokenUrl('organizations'), {
    grant_type: 'client_credentials',
    scope,
    client_id: appId,
    client_secret: 'app-secret',
  })
  expect(answer.body.error_codes).toEqual([9001023])
})

test('a public client must not present a credential', async () => {
  const answer = await postForm(tokenUrl(contoso), {
    grant_type: 'refresh_token',
    refresh_token: 'x',
    client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
    client_secret: 'x',
  })
  expect(answer.body).toMatchObject({ error: 'invalid_client', error_codes: [700025] })
})

test('a registered certificate signs in the application, by PS256 or RS256', async () => {
  for (const alg of ['PS256', 'RS256']) {
    const answer = await byAssertion(await certificateAssertion({}, { alg }))
    expect(answer.status).toBe(200)
  }
})

test('a certificate assertion that is not right is refused', async () => {
  const { generate } = await import('selfsigned')
  const foreign = await generate([{ name: 'commonName', value: 'foreign' }])
  const forged = { cert: entra.application.cert, private: foreign.private }
  const past = Math.floor(Date.now() / 1000) - 600
  const cases: [string, number][] = [
    [await certificateAssertion({}, { certificate: foreign }), 700027],
    [await certificateAssertion({}, { certificate: forged }), 700027],
    [await certificateAssertion({ aud: tokenUrl(operator) }), 700023],
    [await certificateAssertion({ sub: callerId }), 700021],
    [await certificateAssertion({ exp: past }), 700024],
    ['not.a.token', 50027],
  ]
  for (const [assertion, code] of cases) {
    const answer = await byAssertion(assertion)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ error: 'invalid_client', error_codes: [code] })
  }
})

test('a registered managed identity signs in the application at any tenant', async () => {
  const token = await entra.part.issueIdentityToken(identity, 'api://AzureADTokenExchange')
  expect((await byAssertion(token.accessToken)).status).toBe(200)
})

test('a token that matches no federated credential is refused', async () => {
  const exchange = 'api://AzureADTokenExchange'
  const stranger = { ...identity, principalId: contoso }
  const issued = async (who: typeof identity, resource: string) =>
    (await entra.part.issueIdentityToken(who, resource)).accessToken
  const claims = {
    iss: `${entra.address}/${operator}/v2.0`,
    aud: exchange,
    sub: identity.principalId,
    exp: Math.floor(Date.now() / 1000) + 60,
  }
  const minted = async (changes: object) =>
    String((await control(entra, 'mint', { claims, ...changes })).body.token)
  const cases: [string, number][] = [
    [await issued(stranger, exchange), 700213],
    [await issued(identity, brokerAudience), 700212],
    [await issued(identity, 'https://vault.azure.net'), 700211],
    [await minted({ key: 'foreign' }), 700027],
    [await minted({ key: 'none' }), 50027],
    [await minted({ claims: { ...claims, exp: 1 } }), 700024],
  ]
  for (const [assertion, code] of cases) {
    const answer = await byAssertion(assertion)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ error: 'invalid_client', error_codes: [code] })
  }
  expect((await byAssertion(await minted({}))).status).toBe(200)
})
