import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appCredentialEnd } from '../../shared/apps/app-credential.ts'
import { openVaultDoors, type VaultDoors } from './vault-doors.ts'

const first = Date.parse('2027-03-01T00:00:00Z')
const second = Date.parse('2027-06-01T00:00:00Z')

let doors: VaultDoors
beforeAll(async () => {
  doors = await openVaultDoors()
  const secrets = doors.secretsOf()
  await secrets.setSecret('first', 'value', { expiresOn: new Date(first) })
  await secrets.setSecret('second', 'value', { expiresOn: new Date(second) })
  await secrets.setSecret('endless', 'value')
})
afterAll(() => doors.stop())

const settings = { APP_CREDENTIAL: 'secret' } as const
const endOf = (...names: string[]) =>
  appCredentialEnd({ ...settings, APP_CLIENT_SECRET_NAME: names }, doors.secrets().secretEnd)

test('secrets that overlap end with the last of them', async () => {
  expect(await endOf('first')).toBe(first)
  expect(await endOf('second', 'first')).toBe(second)
})

test('certificates that overlap end with the last of them, and a federated credential never does', async () => {
  const certificate = async (notAfterDate: Date) =>
    (await generate([{ name: 'commonName', value: 'app' }], { keySize: 2048, notAfterDate })).cert
  const { secretEnd } = doors.secrets()
  const pems = [await certificate(new Date(second)), await certificate(new Date(first))]
  const certificates = { APP_CREDENTIAL: 'certificate', APP_CERTIFICATE: pems } as const
  expect(await appCredentialEnd(certificates, secretEnd)).toBe(second)
  expect(await appCredentialEnd({ APP_CREDENTIAL: 'federated' }, secretEnd)).toBeUndefined()
})

test('a name that holds no secret yet changes nothing', async () => {
  expect(await endOf('nobody', 'first')).toBe(first)
  expect(await endOf('nobody')).toBeUndefined()
})

test('a secret without an end date leaves the end unknown', async () => {
  expect(await endOf('first', 'endless')).toBe('unknown')
})
