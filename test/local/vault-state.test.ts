import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { vaultFixture } from './vault-fixture.ts'

let fixture: Awaited<ReturnType<typeof vaultFixture>>

beforeEach(async () => {
  fixture = await vaultFixture()
})
afterEach(() => fixture.remove())

test('secrets, deletions and keys survive a restart', async () => {
  const vault = await fixture.start()
  await vault.putSecret('kept', 'one')
  await vault.putSecret('deleted', 'two')
  const secrets = fixture.secretsOf(vault.address)
  await (await secrets.beginDeleteSecret('deleted', { intervalInMs: 1 })).pollUntilDone()
  const kid = await vault.ensureKey('sealing', ['wrapKey', 'unwrapKey'], 2048)
  const content = randomBytes(32)
  const wrapped = await fixture.cryptographyOf(kid).wrapKey('RSA-OAEP-256', content)
  await vault.close()

  const again = await fixture.start()
  const secretsAgain = fixture.secretsOf(again.address)
  expect((await secretsAgain.getSecret('kept')).value).toBe('one')
  expect((await secretsAgain.getDeletedSecret('deleted')).name).toBe('deleted')
  const kidAgain = await again.ensureKey('sealing', ['wrapKey', 'unwrapKey'], 2048)
  const cryptography = fixture.cryptographyOf(kidAgain)
  const { result } = await cryptography.unwrapKey('RSA-OAEP-256', wrapped.result)
  expect(Buffer.from(result)).toEqual(content)
  await again.close()
})

test('an answered write is on the disk, in a file that only its owner reads', async () => {
  const vault = await fixture.start()
  const secrets = fixture.secretsOf(vault.address)
  const names = Array.from({ length: 20 }, (_, at) => `secret-${at}`)
  await Promise.all(names.map((name) => secrets.setSecret(name, `value of ${name}`)))
  const stored = readFileSync(fixture.stateFile, 'utf8')
  for (const name of names) expect(stored).toContain(`value of ${name}"`)
  expect(statSync(fixture.stateFile).mode & 0o777).toBe(0o600)
  await vault.close()
})

test('an unreadable file is moved aside and the vault starts empty, said in one line', async () => {
  writeFileSync(fixture.stateFile, '{"v":1,"secrets":[{"na')
  const vault = await fixture.start()
  expect(vault.secretNames()).toEqual([])
  expect(fixture.said).toHaveLength(1)
  expect(fixture.said[0]).toContain('unreadable')
  const aside = readdirSync(dirname(fixture.stateFile)).filter((name) => name.includes('.broken-'))
  expect(aside).toHaveLength(1)
  await vault.close()
})
