import {
  constants,
  createHash,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  verify,
} from 'node:crypto'
import type { KeyVaultKey } from '@azure/keyvault-keys'
import { setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalVault } from '../../local/vault/vault.ts'
import { vaultFixture } from './vault-fixture.ts'

let fixture: Awaited<ReturnType<typeof vaultFixture>>
let vault: LocalVault
let keys: ReturnType<typeof fixture.keysOf>

beforeAll(async () => {
  fixture = await vaultFixture()
  setDefaultCACertificates([fixture.ca])
  vault = await fixture.start()
  keys = fixture.keysOf(vault.address)
})
afterAll(async () => {
  await vault.close()
  fixture.remove()
})

const base64url = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64url')
const publicKeyOf = ({ key }: KeyVaultKey) => {
  const jwk = { kty: 'RSA', n: base64url(key?.n), e: base64url(key?.e) }
  return createPublicKey({ key: jwk, format: 'jwk' })
}
const digestOf = (text: string) => createHash('sha256').update(text).digest()

test('a key has 3072 bits unless another size is asked for, and shows no private part', async () => {
  const key = await keys.createRsaKey('default')
  expect(publicKeyOf(key).asymmetricKeyDetails?.modulusLength).toBe(3072)
  expect(key.key?.d).toBeUndefined()
  const large = await keys.createRsaKey('large', { keySize: 4096 })
  expect(publicKeyOf(large).asymmetricKeyDetails?.modulusLength).toBe(4096)
  const odd = keys.createRsaKey('odd', { keySize: 1024 })
  await expect(odd).rejects.toMatchObject({ statusCode: 400, code: 'BadParameter' })
})

test('what was wrapped locally or by the vault is unwrapped by the vault', async () => {
  const key = await keys.createRsaKey('wrapping', {
    keySize: 2048,
    keyOps: ['wrapKey', 'unwrapKey'],
  })
  const content = randomBytes(32)
  const cryptography = fixture.cryptographyOf(key.id ?? '')
  const local = publicEncrypt({ key: publicKeyOf(key), oaepHash: 'sha256' }, content)
  const unwrapped = await cryptography.unwrapKey('RSA-OAEP-256', local)
  expect(Buffer.from(unwrapped.result)).toEqual(content)
  const { result } = await cryptography.wrapKey('RSA-OAEP-256', content)
  expect(Buffer.from((await cryptography.unwrapKey('RSA-OAEP-256', result)).result)).toEqual(
    content,
  )
})

test('unwrapping something else, or with another version, is a bad parameter', async () => {
  const key = await keys.createRsaKey('versioned', { keySize: 2048 })
  const wrapped = publicEncrypt({ key: publicKeyOf(key), oaepHash: 'sha256' }, randomBytes(32))
  const kid = await vault.addKeyVersion('versioned')
  const newer = fixture.cryptographyOf(kid).unwrapKey('RSA-OAEP-256', wrapped)
  await expect(newer).rejects.toMatchObject({ statusCode: 400, code: 'BadParameter' })
  const older = await fixture.cryptographyOf(key.id ?? '').unwrapKey('RSA-OAEP-256', wrapped)
  expect(older.result).toHaveLength(32)
})

test('signatures by PS256 and RS256 verify with the public key, and in the vault', async () => {
  const key = await keys.createRsaKey('signing', { keySize: 2048, keyOps: ['sign', 'verify'] })
  const cryptography = fixture.cryptographyOf(key.id ?? '')
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  for (const [algorithm, padding] of [
    ['PS256', pss],
    ['RS256', {}],
  ] as const) {
    const { result } = await cryptography.sign(algorithm, digestOf('hello'))
    const publicKey = { key: publicKeyOf(key), ...padding }
    expect(verify('sha256', Buffer.from('hello'), publicKey, result)).toBe(true)
    const inVault = async (text: string) =>
      verifyInVault(key, { algorithm, text, signature: result })
    expect(await inVault('hello')).toBe(true)
    expect(await inVault('other')).toBe(false)
  }
})

// By hand: the SDK verifies locally once it holds the public key.
const verifyInVault = async (
  key: KeyVaultKey,
  { algorithm, text, signature }: { algorithm: string; text: string; signature: Uint8Array },
): Promise<unknown> => {
  const response = await fetch(`${key.id}/verify?api-version=2026-04-01`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await officerToken()}` },
    body: JSON.stringify({
      alg: algorithm,
      digest: digestOf(text).toString('base64url'),
      value: Buffer.from(signature).toString('base64url'),
    }),
  })
  const body: unknown = await response.json()
  return typeof body === 'object' && body !== null && 'value' in body ? body.value : body
}

const officerToken = () => fixture.issue({ oid: 'officer', aud: 'https://vault.azure.net' })

test('a key does only what its operations name', async () => {
  const kid = await vault.ensureKey('sealing', ['wrapKey', 'unwrapKey'], 2048)
  const response = await fetch(`${kid}/sign?api-version=7.6`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await officerToken()}` },
    body: JSON.stringify({ alg: 'RS256', value: digestOf('hello').toString('base64url') }),
  })
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({
    error: { code: 'Forbidden', innererror: { code: 'KeyOperationForbidden' } },
  })
})

test('ensuring a key makes it once; a new version keeps its size and operations', async () => {
  const first = await vault.ensureKey('ensured', ['unwrapKey'], 2048)
  expect(await vault.ensureKey('ensured', ['unwrapKey'], 2048)).toBe(first)
  const second = await vault.addKeyVersion('ensured')
  const latest = await keys.getKey('ensured')
  expect(latest.id).toBe(second)
  expect(latest.keyOperations).toEqual(['unwrapKey'])
  expect(publicKeyOf(latest).asymmetricKeyDetails?.modulusLength).toBe(2048)
  const listed = []
  for await (const { id } of keys.listPropertiesOfKeyVersions('ensured')) listed.push(id)
  expect(listed).toEqual([first, second])
  expect((await keys.rotateKey('ensured')).id).not.toBe(second)
})

test('a disabled key version is refused, and an absent key is KeyNotFound', async () => {
  const key = await keys.createRsaKey('paused', { keySize: 2048 })
  await keys.updateKeyProperties('paused', key.properties.version ?? '', { enabled: false })
  const unwrap = fixture.cryptographyOf(key.id ?? '').unwrapKey('RSA-OAEP-256', randomBytes(256))
  await expect(unwrap).rejects.toThrow(/disabled/i)
  await expect(keys.getKey('absent')).rejects.toMatchObject({
    statusCode: 404,
    code: 'KeyNotFound',
  })
  await expect(vault.addKeyVersion('absent')).rejects.toThrow('no key absent')
})
