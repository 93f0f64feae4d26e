import { createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { CompactEncrypt, decodeProtectedHeader, importJWK } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { protectedHeader, type SealContext } from '../../shared/broker/sealed-token.ts'
import { openVaultDoors, refusalOf, type VaultDoors } from './vault-doors.ts'

let doors: VaultDoors
let sealing: ReturnType<VaultDoors['sealing']>
beforeAll(async () => {
  doors = await openVaultDoors()
})
beforeEach(() => {
  sealing = doors.sealing()
})
afterAll(() => doors.stop())

const context = { app: 'app-1', partner: 'partner-1', generation: 1 }
const token = '0.AX-a refresh token é 💻'
const sealed = async () => {
  const { sealed: text, kid } = await sealing.seal(token, context)
  return { text, kid, opened: { ...context, kid } }
}
const seals = (text: string, opened: SealContext) => refusalOf(sealing.unseal(text, opened))

test('what was sealed opens again, as a standard compact JWE with our header', async () => {
  const { text, kid, opened } = await sealed()
  expect(decodeProtectedHeader(text)).toEqual({
    alg: 'RSA-OAEP-256',
    enc: 'A256GCM',
    kid,
    v: 1,
    ...context,
  })
  expect(kid).toMatch(/^seal\/[0-9a-f]{32}$/)
  expect(text).not.toContain(token)
  expect(await sealing.unseal(text, opened)).toBe(token)
})

test('sealing asks the vault for nothing but the public key, once an hour', async () => {
  const from = doors.vault.requests().length
  await Promise.all([sealed(), sealed(), sealed()])
  expect(doors.asked(from)).toEqual(['GET /keys/seal/'])
  doors.clock.now += 3600_000 - 1
  await sealed()
  expect(doors.asked(from)).toHaveLength(1)
  doors.clock.now += 1
  await sealed()
  expect(doors.asked(from)).toHaveLength(2)
})

test('unsealing goes through unwrap at the vault, and costs one call once warm', async () => {
  const { text, opened } = await sealed()
  await sealing.unseal(text, opened)
  const from = doors.vault.requests().length
  await sealing.unseal(text, opened)
  expect(doors.asked(from)).toEqual(['POST /keys/seal/{version}/unwrapkey'])
})

test('the same token is sealed anew each time', async () => {
  const [one, other] = [await sealed(), await sealed()]
  const [first, second] = [one.text.split('.'), other.text.split('.')]
  expect(first[0]).toBe(second[0])
  for (const part of [1, 2, 3, 4]) expect(first[part]).not.toBe(second[part])
})

test.each([
  ['partner', { partner: 'partner-2' }],
  ['application', { app: 'app-2' }],
  ['generation', { generation: 2 }],
  ['key version', { kid: `seal/${'0'.repeat(32)}` }],
  ['key name', { kid: 'other/1' }],
])('a token of another %s does not open, and the vault is not even asked', async (_, changes) => {
  const { text, opened } = await sealed()
  const from = doors.vault.requests().length
  const { code, detail } = await seals(text, { ...opened, ...changes })
  expect([code, detail.reason]).toEqual(['internal', 'seal_mismatch'])
  expect(doors.asked(from)).toEqual([])
})

test('a header swapped for that of the row does not open: it is authenticated', async () => {
  const { text, opened } = await sealed()
  const other = { ...opened, partner: 'partner-2' }
  const header = Buffer.from(protectedHeader(other)).toString('base64url')
  const moved = [header, ...text.split('.').slice(1)].join('.')
  expect((await seals(moved, other)).detail.reason).toBe('seal_mismatch')
})

/** One bit of the bytes of a part turned over. */
const flipped = (text: string, part: number): string => {
  const parts = text.split('.')
  const bytes = Buffer.from(parts[part] ?? '', 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return parts.with(part, bytes.toString('base64url')).join('.')
}

test.each([
  ['header', 0],
  ['wrapped key', 1],
  ['iv', 2],
  ['ciphertext', 3],
  ['tag', 4],
] as const)('one bit of the %s turned over does not open', async (_, part) => {
  const { text, opened } = await sealed()
  expect((await seals(flipped(text, part), opened)).detail.reason).toBe('seal_mismatch')
})

test('a shortened tag, a missing part and a part too many do not open', async () => {
  const { text, opened } = await sealed()
  const parts = text.split('.')
  const short = Buffer.from(parts[4] ?? '', 'base64url')
    .subarray(0, 4)
    .toString('base64url')
  const wrong = [
    parts.with(4, short),
    parts.with(4, ''),
    parts.with(2, ''),
    parts.slice(0, 4),
    [...parts, ''],
    [...parts, 'x'],
    [],
  ]
  for (const one of wrong) {
    expect((await seals(one.join('.'), opened)).detail.reason).toBe('seal_mismatch')
  }
})

/** What anyone can do who has the public half of the key. */
const sealedByAttacker = async (header: object): Promise<string> => {
  const { jwk } = await sealing.publicKey()
  return new CompactEncrypt(Buffer.from('their own refresh token'))
    .setProtectedHeader(Object({ alg: 'RSA-OAEP-256', enc: 'A256GCM', ...header }))
    .encrypt(await importJWK({ ...jwk, kty: 'RSA' }, 'RSA-OAEP-256'))
}

test('what an attacker sealed with the public key opens only under the context it names', async () => {
  const { kid } = await sealing.publicKey()
  const own = await sealedByAttacker({ kid, v: 1, ...context })
  expect(await sealing.unseal(own, { ...context, kid })).toBe('their own refresh token')
  for (const other of [
    { ...context, partner: 'partner-2' },
    { ...context, generation: 2 },
  ]) {
    expect((await seals(own, { ...other, kid })).detail.reason).toBe('seal_mismatch')
  }
})

test('a header with anything more or in another order does not open', async () => {
  const { kid } = await sealing.publicKey()
  for (const header of [
    { kid, v: 1, ...context, zip: 'DEF' },
    { kid, v: 2, ...context },
    { v: 1, kid, ...context },
    { kid, v: 1, ...context, enc: 'A128GCM' },
  ]) {
    const text = await sealedByAttacker(header)
    expect((await seals(text, { ...context, kid })).detail.reason).toBe('seal_mismatch')
  }
})

test('a content key of another length does not open', async () => {
  const { kid, jwk } = await sealing.publicKey()
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const wrapped = publicEncrypt({ key, oaepHash: 'sha256' }, randomBytes(16))
  const header = protectedHeader({ ...context, kid })
  const parts = [header, wrapped, randomBytes(12), randomBytes(20), randomBytes(16)]
  const text = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
  expect((await seals(text, { ...context, kid })).detail.reason).toBe('seal_mismatch')
})

test('after a rotation of the key the new version seals and the old one still opens', async () => {
  const before = await sealed()
  await doors.rotate()
  sealing = doors.sealing()
  const after = await sealed()
  expect(after.kid).not.toBe(before.kid)
  expect(await sealing.unseal(before.text, before.opened)).toBe(token)
  expect(await sealing.unseal(after.text, after.opened)).toBe(token)
  expect((await seals(before.text, after.opened)).detail.reason).toBe('seal_mismatch')
})
