import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import {
  askToken,
  codeFields,
  codeOf,
  contoso,
  control,
  customer,
  decodeInfo,
  graph,
  partnerCenter,
  refreshFields,
  signIn,
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
const tenant = '0f000000-0000-4000-8000-0000000000b1'

test('a test adds a tenant with people of its own, and signs them in', async () => {
  const partner = { name: 'Northwind', tenant }
  const eve = { username: 'eve@northwind.example', tenant, agent: true, mfa: true }
  const { status, body } = await control(entra, 'directory', { partners: [partner], people: [eve] })
  expect(status).toBe(200)
  expect(body.partners).toContainEqual(partner)
  expect(body.people).toContainEqual({
    ...eve,
    name: eve.username,
    admin: false,
    objectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect((await control(entra, 'directory')).body).toEqual(body)
  const tokens = await tokensOf(entra, eve.username, tenant)
  expect(decodeJwt(tokens.id_token).tid).toBe(tenant)
})

test('a person can be changed', async () => {
  const cas = { username: 'cas@contoso.example' }
  const unreachable = await askToken(
    entra,
    customer,
    refreshFields((await tokensOf(entra, cas.username)).refresh_token),
  )
  expect(unreachable.body.error_codes).toEqual([50020])
  await control(entra, 'directory', { people: [{ ...cas, agent: true, mfa: false }] })
  const tokens = await tokensOf(entra, cas.username)
  expect(decodeJwt(tokens.access_token).amr).toEqual(['pwd'])
  expect((await askToken(entra, customer, refreshFields(tokens.refresh_token))).status).toBe(200)
})

test('a directory that makes no sense is refused and changes nothing', async () => {
  const before = (await control(entra, 'directory')).body
  for (const changes of [
    { people: [{ username: 'new@nowhere.example' }] },
    { people: [{ username: ada, isAdmin: true }] },
    { partners: [{ name: 'x', tenant: 'not a guid' }] },
    { strangers: [] },
  ]) {
    expect((await control(entra, 'directory', changes)).status).toBe(400)
  }
  expect((await control(entra, 'directory')).body).toEqual(before)
})

test('the next answer can be another person’s, or nobody’s, once', async () => {
  const clientInfo = { uid: 'someone', utid: 'elsewhere' }
  await control(entra, 'next', { clientInfo, grant_type: 'refresh_token', tenant: contoso })
  await control(entra, 'next', { clientInfo: null, omitRefreshToken: true })
  const first = await askToken(entra, contoso, refreshFields(refreshToken))
  expect(decodeInfo(first.body.client_info)).toEqual(clientInfo)
  const second = await askToken(entra, contoso, refreshFields(refreshToken))
  expect(second.body).toHaveProperty('access_token')
  expect(second.body).not.toHaveProperty('client_info')
  expect(second.body).not.toHaveProperty('refresh_token')
  const third = await askToken(entra, contoso, refreshFields(refreshToken))
  expect(decodeInfo(third.body.client_info)).toMatchObject({ utid: contoso })
  expect(third.body).toHaveProperty('refresh_token')
})

test('an ordered answer waits for the grant type and tenant it is for', async () => {
  await control(entra, 'next', { tenant: customer, expiresIn: 42, times: 2 })
  const home = await askToken(entra, contoso, refreshFields(refreshToken))
  expect(home.body.expires_in).toBeGreaterThan(42)
  for (const seconds of [42, 42]) {
    const answer = await askToken(entra, customer, refreshFields(refreshToken))
    expect(answer.body.expires_in).toBe(seconds)
    const left = (decodeJwt(String(answer.body.access_token)).exp ?? 0) - Date.now() / 1000
    expect(left).toBeLessThan(43)
  }
  await control(entra, 'next', { grant_type: 'client_credentials', expiresIn: 42 })
  await fetch(`${entra.address}/_local/next`, { method: 'DELETE' })
  const after = await askToken(entra, customer, refreshFields(refreshToken))
  expect(after.body.expires_in).toBeGreaterThan(42)
})

test('the claims of the next tokens can be changed or taken away', async () => {
  await control(entra, 'next', {
    grant_type: 'authorization_code',
    idTokenClaims: { nonce: 'other', iss: 'https://x.example', aud: null },
    accessTokenClaims: { amr: null },
  })
  const tokens = await tokensOf(entra, ada)
  const claims = decodeJwt(tokens.id_token)
  expect(claims).toMatchObject({ nonce: 'other', iss: 'https://x.example', tid: contoso })
  expect(claims).not.toHaveProperty('aud')
  expect(decodeJwt(tokens.access_token)).not.toHaveProperty('amr')
})

const minted = async (order: object) => String((await control(entra, 'mint', order)).body.token)
const verify = (token: string) => jwtVerify(token, createLocalJWKSet(entra.part.jwks()))

test('mint signs any claims with the published key, a foreign one or none', async () => {
  const claims = { aud: 'x', exp: 1, odd: [1] }
  const own = await minted({ claims, header: { typ: 'at+jwt' } })
  expect(decodeJwt(own)).toEqual(claims)
  expect(decodeProtectedHeader(own)).toMatchObject({ typ: 'at+jwt', alg: 'RS256' })
  await expect(verify(own)).rejects.toThrow('"exp" claim')
  expect((await verify(await minted({ claims: { sub: 's' } }))).payload.sub).toBe('s')
  const kid = entra.part.jwks().keys[0]?.kid
  const foreign = await minted({ claims: {}, header: { kid }, key: 'foreign' })
  await expect(verify(foreign)).rejects.toThrow('signature verification failed')
  await expect(verify(await minted({ claims: {}, key: 'foreign' }))).rejects.toThrow(
    'no applicable key',
  )
  const unsigned = await minted({ claims, key: 'none' })
  expect(decodeProtectedHeader(unsigned)).toEqual({ typ: 'JWT', alg: 'none' })
  expect(unsigned.endsWith('.')).toBe(true)
})

test('faults match by tenant and grant type', async () => {
  const match = { tenant: customer, grant_type: 'refresh_token' }
  await control(entra, 'faults', { match, status: 503, body: { error: 'busy' }, times: 1 })
  expect((await askToken(entra, contoso, refreshFields(refreshToken))).status).toBe(200)
  expect((await askToken(entra, customer, refreshFields(refreshToken))).status).toBe(503)
  expect((await askToken(entra, customer, refreshFields(refreshToken))).status).toBe(200)
})

test('what was asked is on record, its secrets only as hashes', async () => {
  await askToken(entra, customer, refreshFields(refreshToken, `${partnerCenter}/.default`))
  const answer = await fetch(`${entra.address}/_local/requests`)
  const text = await answer.text()
  const last = z.array(z.looseObject({})).parse(JSON.parse(text)).at(-1)
  expect(last).toMatchObject({ tenant: customer, form: { grant_type: 'refresh_token' } })
  expect(text).not.toContain(refreshToken)
  expect(text).not.toContain('app-secret')
})

test('what is kept in files is readable by their owner only', () => {
  const folder = join(entra.folder, 'state')
  const files = readdirSync(folder)
  expect(files.toSorted()).toEqual(['directory.json', 'keys.json', 'records.json'])
  for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
})

test('after a restart keys, refresh tokens, consents, revocations and people are as before', async () => {
  const ben = (await tokensOf(entra, 'ben@contoso.example')).refresh_token
  const token = (await tokensOf(entra, ada)).access_token
  await control(entra, 'consent', { tenant: customer, resource: graph, granted: false })
  await control(entra, 'consent', { agentsMayConsent: false })
  await control(entra, 'revoke', { username: 'ben@contoso.example' })
  await entra.restart()
  await expect(verify(token)).resolves.toBeTruthy()
  expect((await askToken(entra, contoso, refreshFields(refreshToken))).status).toBe(200)
  const codesAt = async (at: string, text: string) =>
    (await askToken(entra, at, refreshFields(text))).body.error_codes
  expect(await codesAt(customer, refreshToken)).toEqual([65001])
  expect(await codesAt(contoso, ben)).toEqual([50173])
  const eve = await signIn(entra, { username: 'eve@northwind.example' }, { tenant })
  expect(await eve.text()).toContain('name="code"')
  expect(await codeOf(entra, ada).then((code) => codeFields(code).code)).toBeTruthy()
})
