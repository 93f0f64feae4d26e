import { setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalVault } from '../../local/vault/vault.ts'
import { createIssuer, tenant } from './bearer-tokens.ts'
import { vaultFixture } from './vault-fixture.ts'

let fixture: Awaited<ReturnType<typeof vaultFixture>>
let vault: LocalVault

beforeAll(async () => {
  fixture = await vaultFixture()
  setDefaultCACertificates([fixture.ca])
  vault = await fixture.start()
  await vault.putSecret('token', 'x')
})
afterAll(async () => {
  await vault.close()
  fixture.remove()
})

const audience = 'https://vault.azure.net'
const getToken = (token?: string) =>
  fetch(`${vault.address}/secrets/token?api-version=2026-04-01`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })

test('a request without a token is told where to get one and for which resource', async () => {
  const response = await getToken()
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer authorization="https://127.0.0.1:7073/${tenant}", resource="https://vault.azure.net"`,
  )
  expect(await response.json()).toMatchObject({ error: { code: 'Unauthorized' } })
})

test('a token of another issuer, another audience or a past hour is refused', async () => {
  const claims = { oid: 'reader', aud: audience }
  const stranger = await createIssuer()
  const tokens = {
    'of another key': await stranger.issue(claims),
    'for another audience': await fixture.issue({ ...claims, aud: 'https://graph.microsoft.com' }),
    expired: await fixture.issue(claims, new Date(Date.now() - 60_000)),
    rubbish: 'rubbish',
  }
  for (const [kind, token] of Object.entries(tokens)) {
    const response = await getToken(token)
    expect(response.status, kind).toBe(401)
    expect(response.headers.get('www-authenticate'), kind).toContain('error="invalid_token"')
  }
  expect((await getToken(await fixture.issue(claims))).status).toBe(200)
})

test('an identity may do what it was given, and is told which action it lacks', async () => {
  const reader = fixture.secretsOf(vault.address, 'reader')
  expect((await reader.getSecret('token')).value).toBe('x')
  await expect(reader.setSecret('token', 'y')).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
    message: expect.stringContaining('Microsoft.KeyVault/vaults/secrets/setSecret/action'),
  })
  expect((await reader.getSecret('token')).value).toBe('x')
  await expect(reader.beginDeleteSecret('token')).rejects.toThrow('vaults/secrets/delete')
  const list = reader.listPropertiesOfSecrets().next()
  await expect(list).rejects.toMatchObject({ statusCode: 403 })
  const keys = fixture.keysOf(vault.address, 'reader')
  await expect(keys.getKey('any')).rejects.toThrow('vaults/keys/read')
})

test('each use of a key has an action of its own', async () => {
  const kid = await vault.ensureKey('sealing', ['wrapKey', 'unwrapKey', 'sign'], 2048)
  const token = await fixture.issue({ oid: 'reader', aud: audience })
  const missing = async (use: string) => {
    const response = await fetch(`${kid}/${use}?api-version=7.6`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    })
    expect(response.status).toBe(403)
    return /keys\/\w+\/action/.exec(await response.text())?.[0]
  }
  expect(await missing('wrapkey')).toBe('keys/wrap/action')
  expect(await missing('unwrapkey')).toBe('keys/unwrap/action')
  expect(await missing('sign')).toBe('keys/sign/action')
})

test('an identity without any access gets nothing', async () => {
  const stranger = fixture.secretsOf(vault.address, 'stranger')
  await expect(stranger.getSecret('token')).rejects.toMatchObject({ statusCode: 403 })
})
