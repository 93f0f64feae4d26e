import { setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ManagedIdentity } from '../../local/directory.ts'
import { vaultAccess } from '../../local/stack/vault-access.ts'
import type { LocalVault } from '../../local/vault/vault.ts'
import { vaultFixture } from './vault-fixture.ts'

const identity = (name: ManagedIdentity['name']): ManagedIdentity => ({
  name,
  clientId: `client of ${name}`,
  principalId: `principal of ${name}`,
  roles: [],
})

let fixture: Awaited<ReturnType<typeof vaultFixture>>
let vault: LocalVault

beforeAll(async () => {
  fixture = await vaultFixture()
  setDefaultCACertificates([fixture.ca])
  vault = await fixture.start(
    vaultAccess({ identities: [identity('onboarding'), identity('broker')] }),
  )
})
afterAll(async () => {
  await vault.close()
  fixture.remove()
})

const secretsOf = (name: string) => fixture.secretsOf(vault.address, `principal of ${name}`)
const keysOf = (name: string) => fixture.keysOf(vault.address, `principal of ${name}`)
const forbidden = expect.objectContaining({ statusCode: 403 })

test('by the list of the deployment the broker keeps secrets, but lists, recovers and purges none', async () => {
  const secrets = secretsOf('broker')
  const { properties } = await secrets.setSecret('sealed', 'x')
  expect((await secrets.getSecret('sealed', { version: properties.version ?? '' })).value).toBe('x')
  await expect(secrets.listPropertiesOfSecrets().next()).rejects.toEqual(forbidden)
  await expect(secrets.updateSecretProperties('sealed', '', {})).rejects.toEqual(forbidden)
  await secrets.beginDeleteSecret('sealed')
  await expect(secrets.getSecret('sealed')).rejects.toMatchObject({ statusCode: 404 })
  await expect(secrets.beginRecoverDeletedSecret('sealed')).rejects.toEqual(forbidden)
  await expect(secrets.purgeDeletedSecret('sealed')).rejects.toEqual(forbidden)
})

test('it unwraps with the sealing key, and neither wraps, signs nor changes it', async () => {
  const kid = await vault.ensureKey('seal', ['wrapKey', 'unwrapKey', 'sign'], 2048)
  const cryptography = fixture.cryptographyOf(kid, 'principal of broker')
  const value = new Uint8Array(256)
  await expect(cryptography.unwrapKey('RSA-OAEP-256', value)).rejects.toMatchObject({
    statusCode: 400,
  })
  await expect(cryptography.wrapKey('RSA-OAEP-256', new Uint8Array(32))).rejects.toEqual(forbidden)
  await expect(cryptography.sign('PS256', new Uint8Array(32))).rejects.toEqual(forbidden)
  await expect(keysOf('broker').rotateKey('seal')).rejects.toEqual(forbidden)
  await expect(keysOf('broker').createRsaKey('mine')).rejects.toEqual(forbidden)
})

test('the onboarding app may do nothing there', async () => {
  await expect(secretsOf('onboarding').getSecret('sealed')).rejects.toEqual(forbidden)
  await expect(secretsOf('onboarding').setSecret('sealed', 'y')).rejects.toEqual(forbidden)
  await expect(keysOf('onboarding').getKey('seal')).rejects.toEqual(forbidden)
})
