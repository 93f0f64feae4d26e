import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalVault } from '../../local/vault/vault.ts'
import { vaultFixture } from './vault-fixture.ts'

let fixture: Awaited<ReturnType<typeof vaultFixture>>
let vault: LocalVault
let secrets: ReturnType<typeof fixture.secretsOf>

beforeAll(async () => {
  fixture = await vaultFixture()
  vault = await fixture.start()
  secrets = fixture.secretsOf(vault.address)
})
afterAll(async () => {
  await vault.close()
  fixture.remove()
})

const poll = { intervalInMs: 1 }
const namesOf = async (pages: AsyncIterable<{ name: string }>) => {
  const names = []
  for await (const { name } of pages) names.push(name)
  return names
}

test('each set of a secret makes a version, and every version stays readable', async () => {
  const first = await secrets.setSecret('token', 'one')
  const second = await secrets.setSecret('token', 'two')
  expect(second.properties.version).toMatch(/^[0-9a-f]{32}$/)
  expect(second.properties.version).not.toBe(first.properties.version)
  expect((await secrets.getSecret('token')).value).toBe('two')
  const version = first.properties.version ?? ''
  expect((await secrets.getSecret('token', { version })).value).toBe('one')
  expect((await secrets.getSecret('TOKEN')).value).toBe('two')
  const versions = []
  for await (const one of secrets.listPropertiesOfSecretVersions('token'))
    versions.push(one.version)
  expect(versions).toEqual([first.properties.version, second.properties.version])
})

test('content type, tags and attributes come back with the secret and in lists', async () => {
  const expiresOn = new Date('2030-01-02T03:04:05Z')
  await secrets.setSecret('described', 'x', {
    contentType: 'application/jose',
    tags: { partner: 'a' },
    expiresOn,
  })
  const { properties } = await secrets.getSecret('described')
  expect(properties).toMatchObject({
    contentType: 'application/jose',
    tags: { partner: 'a' },
    expiresOn,
    enabled: true,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  })
  const listed = []
  for await (const one of secrets.listPropertiesOfSecrets()) listed.push(one)
  expect(listed.find(({ name }) => name === 'described')?.tags).toEqual({ partner: 'a' })
})

test('a list longer than a page is complete', async () => {
  for (let at = 0; at < 30; at++) await vault.putSecret(`many-${at}`, 'x')
  const names = await namesOf(secrets.listPropertiesOfSecrets())
  expect(names.filter((name) => name.startsWith('many-'))).toHaveLength(30)
  expect(names).toEqual(vault.secretNames())
})

test('an absent secret and an absent version are SecretNotFound', async () => {
  const absent = { statusCode: 404, code: 'SecretNotFound' }
  await expect(secrets.getSecret('absent')).rejects.toMatchObject(absent)
  await vault.putSecret('present', 'x')
  const version = '0'.repeat(32)
  await expect(secrets.getSecret('present', { version })).rejects.toMatchObject(absent)
})

test('a disabled version is refused, and readable again once enabled', async () => {
  const { properties } = await secrets.setSecret('paused', 'x', { enabled: false })
  await expect(secrets.getSecret('paused')).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
  })
  await secrets.updateSecretProperties('paused', properties.version ?? '', { enabled: true })
  expect((await secrets.getSecret('paused')).value).toBe('x')
})

test('a deleted secret keeps its name taken until it is recovered with all versions', async () => {
  const first = await secrets.setSecret('kept', 'one')
  await secrets.setSecret('kept', 'two')
  const deleted = await (await secrets.beginDeleteSecret('kept', poll)).pollUntilDone()
  expect(deleted.recoveryId).toBe(`${vault.address}/deletedsecrets/kept`)
  expect(deleted.scheduledPurgeDate?.getTime()).toBeGreaterThan(Date.now())
  await expect(secrets.getSecret('kept')).rejects.toMatchObject({ code: 'SecretNotFound' })
  expect(vault.secretNames()).not.toContain('kept')
  expect(await namesOf(secrets.listPropertiesOfSecrets())).not.toContain('kept')
  expect(await namesOf(secrets.listDeletedSecrets())).toContain('kept')
  await expect(secrets.setSecret('kept', 'three')).rejects.toMatchObject({
    statusCode: 409,
    code: 'Conflict',
    message: expect.stringContaining('deleted but recoverable'),
    details: { error: { innerError: { code: 'ObjectIsDeletedButRecoverable' } } },
  })
  await expect(vault.putSecret('kept', 'three')).rejects.toThrow('takes its name')
  await (await secrets.beginRecoverDeletedSecret('kept', poll)).pollUntilDone()
  expect((await secrets.getSecret('kept')).value).toBe('two')
  const version = first.properties.version ?? ''
  expect((await secrets.getSecret('kept', { version })).value).toBe('one')
})

test('a purged secret is gone and its name is free', async () => {
  await secrets.setSecret('purged', 'one')
  await (await secrets.beginDeleteSecret('purged', poll)).pollUntilDone()
  expect((await secrets.getDeletedSecret('purged')).name).toBe('purged')
  await secrets.purgeDeletedSecret('purged')
  await expect(secrets.getDeletedSecret('purged')).rejects.toMatchObject({ statusCode: 404 })
  const again = await secrets.setSecret('purged', 'two')
  expect(again.value).toBe('two')
})

test('a value above 25 KB, a sixteenth tag and a name with a slash or dot are refused', async () => {
  const bad = { statusCode: 400, code: 'BadParameter' }
  await expect(secrets.setSecret('big', 'x'.repeat(25 * 1024 + 1))).rejects.toMatchObject(bad)
  const tags = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`t${at}`, 'x']))
  await expect(secrets.setSecret('tagged', 'x', { tags })).rejects.toMatchObject(bad)
  await expect(secrets.setSecret('a.b', 'x')).rejects.toMatchObject(bad)
})

test('what the vault was asked is on record without any value', async () => {
  await secrets.setSecret('recorded', 'canary-4711')
  const records = vault.requests()
  expect(records.at(-1)).toMatchObject({
    method: 'PUT',
    path: '/secrets/recorded',
    status: 200,
    identity: 'the officer',
  })
  expect(JSON.stringify(records)).not.toContain('canary-4711')
})

test('a fault that loses the answer of a write still leaves the write done', async () => {
  vault.addFault({
    match: { method: 'PUT', identity: 'the officer' },
    after: true,
    status: 503,
    body: { error: { code: 'ServiceUnavailable', message: 'later' } },
    times: 1,
  })
  await expect(secrets.setSecret('lost', 'x')).rejects.toMatchObject({ statusCode: 503 })
  expect((await secrets.getSecret('lost')).value).toBe('x')
})
