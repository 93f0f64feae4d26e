import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import {
  appId,
  contoso,
  operator,
  startTestEntra,
  tokensOf,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
beforeAll(async () => {
  entra = await startTestEntra()
})
afterAll(() => entra.stop())

const get = async (path: string) => {
  const answer = await fetch(`${entra.address}/${path}`)
  return { status: answer.status, body: z.looseObject({}).parse(await answer.json()) }
}

test('each tenant has an issuer and endpoints of its own', async () => {
  for (const tenant of [contoso, operator, contoso.toUpperCase()]) {
    const { status, body } = await get(`${tenant}/v2.0/.well-known/openid-configuration`)
    const base = `${entra.address}/${tenant.toLowerCase()}`
    expect(status).toBe(200)
    expect(body).toMatchObject({
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    })
    expect(body).not.toHaveProperty('code_challenge_methods_supported')
  }
})

test('the address is 127.0.0.1, another site than the applications', () => {
  expect(entra.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
})

test('the issuer of /organizations is a template', async () => {
  const { body } = await get('organizations/v2.0/.well-known/openid-configuration')
  expect(body.issuer).toBe(`${entra.address}/{tenantid}/v2.0`)
})

test('an unknown tenant is refused with AADSTS90002', async () => {
  for (const tenant of [appId, 'contoso.example']) {
    const { status, body } = await get(`${tenant}/v2.0/.well-known/openid-configuration`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] })
  }
})

test('only public halves of keys are published, and tokens name theirs', async () => {
  const { body } = await get(`${contoso}/discovery/v2.0/keys`)
  const { keys } = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }).parse(body)
  const [key] = keys
  expect(key).toMatchObject({ kty: 'RSA', use: 'sig', issuer: `${entra.address}/${contoso}/v2.0` })
  for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key).not.toHaveProperty(secret)
  const tokens = await tokensOf(entra, 'ada@contoso.example')
  for (const token of [tokens.access_token, tokens.id_token]) {
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: key?.kid })
  }
})

test('instance discovery knows this host', async () => {
  const asked = new URLSearchParams({
    'api-version': '1.1',
    authorization_endpoint: `${entra.address}/${contoso}/oauth2/v2.0/authorize`,
  })
  const { body } = await get(`common/discovery/instance?${asked.toString()}`)
  expect(body.tenant_discovery_endpoint).toBe(
    `${entra.address}/${contoso}/v2.0/.well-known/openid-configuration`,
  )
})
