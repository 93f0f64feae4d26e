import { ManagedIdentityCredential } from '@azure/identity'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import {
  startIdentityEndpoint,
  type IdentityEndpoint,
} from '../../local/identity/identity-endpoint.ts'
import {
  brokerAudience,
  brokerId,
  contoso,
  identity,
  operator,
  startTestEntra,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
let local: IdentityEndpoint
beforeAll(async () => {
  entra = await startTestEntra()
  local = await startIdentityEndpoint({ entra: entra.part, identity })
  process.env.IDENTITY_ENDPOINT = local.endpoint
  process.env.IDENTITY_HEADER = local.header
})
afterAll(async () => {
  delete process.env.IDENTITY_ENDPOINT
  delete process.env.IDENTITY_HEADER
  await local.close()
  await entra.stop()
})

const answerSchema = z.looseObject({ access_token: z.string().optional() })
const ask = async (changes: Record<string, string> = {}, header = local.header) => {
  const query = new URLSearchParams({
    'api-version': '2019-08-01',
    resource: 'https://vault.azure.net',
    client_id: identity.clientId,
    ...changes,
  })
  const headers = { 'x-identity-header': header }
  const answer = await fetch(`${local.endpoint}?${query.toString()}`, { headers })
  return { status: answer.status, body: answerSchema.parse(await answer.json()) }
}
const tokenFor = async (resource: string) => {
  const { token } = await new ManagedIdentityCredential(identity.clientId).getToken(
    `${resource}/.default`,
  )
  return (await jwtVerify(token, createLocalJWKSet(entra.part.jwks()))).payload
}

test('it is plain http on 127.0.0.1 with a header that differs at each start', async () => {
  expect(local.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/msi\/token$/)
  const other = await startIdentityEndpoint({ entra: entra.part, identity })
  expect(other.header).not.toBe(local.header)
  await other.close()
})

test('resource comes back exactly and expires_on is a string of epoch seconds', async () => {
  for (const resource of ['https://storage.azure.com/', 'https://x.table.core.windows.net']) {
    const { status, body } = await ask({ resource })
    expect(status).toBe(200)
    expect(body).toMatchObject({ resource, token_type: 'Bearer' })
    const claims = decodeJwt(body.access_token ?? '')
    expect(claims.aud).toBe(resource)
    expect(body.expires_on).toBe(String(claims.exp))
  }
})

test('ManagedIdentityCredential gets v1.0 tokens for the vault and storage', async () => {
  for (const resource of ['https://vault.azure.net', 'https://storage.azure.com']) {
    expect(await tokenFor(resource)).toMatchObject({
      iss: `https://sts.windows.net/${operator}/`,
      aud: resource,
      oid: identity.principalId,
      appid: identity.clientId,
      ver: '1.0',
    })
  }
})

test('ManagedIdentityCredential gets a v2.0 token with its roles for the broker', async () => {
  expect(await tokenFor(brokerAudience)).toMatchObject({
    iss: `${entra.address}/${operator}/v2.0`,
    aud: brokerId,
    ver: '2.0',
    azp: identity.clientId,
    idtyp: 'app',
    roles: ['Consent.Relay'],
  })
})

test('ManagedIdentityCredential gets the assertion for a federated credential', async () => {
  expect(await tokenFor('api://AzureADTokenExchange')).toMatchObject({
    iss: `${entra.address}/${operator}/v2.0`,
    aud: 'api://AzureADTokenExchange',
    sub: identity.principalId,
    oid: identity.principalId,
  })
})

test.each([
  ['another identity', { client_id: contoso }],
  ['another version', { 'api-version': '2017-09-01' }],
  ['an unknown resource', { resource: 'https://example.org' }],
])('%s is refused with 400', async (_, changes) => {
  const { status, body } = await ask(changes)
  expect(status).toBe(400)
  expect(body).not.toHaveProperty('access_token')
})

test('a wrong header is refused with 401', async () => {
  for (const header of ['', 'x', '0'.repeat(64)]) {
    expect((await ask({}, header)).status).toBe(401)
  }
})
