import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { readBrokerConfig, readOnboardingConfig, brokerSettingNames } from '../shared/config.ts'

const sampleFile = join(import.meta.dirname, '..', 'local.settings.sample.json')
const sample = z
  .strictObject({ IsEncrypted: z.literal(false), Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(sampleFile, 'utf8'))).Values

/** Settings of the Functions host itself. */
const ofTheHost = [
  'AzureWebJobsStorage',
  'FUNCTIONS_WORKER_RUNTIME',
  'DATA__credential',
  'DATA__clientId',
]

const problemOf = (env: Record<string, string | undefined>): string => {
  try {
    readBrokerConfig(env)
  } catch (thrown) {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'no error'
  }
  throw new Error('the settings were accepted')
}

test('the sample lists every setting and nothing unknown', () => {
  const listed = Object.keys(sample).filter((name) => !ofTheHost.includes(name))
  expect(listed.toSorted()).toEqual([...brokerSettingNames].toSorted())
})

test('both apps accept the sample', () => {
  expect(readOnboardingConfig(sample)).toMatchObject({ ONBOARDING_URL: 'https://localhost:7071' })
  expect(readBrokerConfig(sample)).toMatchObject({
    CALLER_TENANTS: [sample['CALLER_TENANTS']],
    OUTBOUND_ADDRESSES: [],
    CONSENT_TERM_DAYS: 365,
    ALLOW_UNPROVEN_MFA: false,
  })
})

test('the sample holds no secret, and is local', () => {
  expect(sample).toMatchObject({ APP_CLIENT_SECRET: '', APP_CREDENTIAL: 'federated' })
  const named = ['ONBOARDING_URL', 'BROKER_URL', 'VAULT_URL', 'TABLES_URL', 'PARTNER_CENTER_URL']
  for (const name of named) expect(sample[name]).toMatch(/^https:\/\/localhost:/)
})

test('all problems are reported at once, by name', () => {
  const problem = problemOf({
    ...sample,
    OPERATOR_NAME: undefined,
    OPERATOR_TENANT: 'contoso',
    BROKER_URL: 'http://broker.example',
    CALLER_TENANTS: `${sample['OPERATOR_TENANT']},contoso`,
    APP_CREDENTIAL: 'password',
    CONSENT_TERM_DAYS: '0',
    ALLOW_UNPROVEN_MFA: 'yes',
  })
  expect(problem).toMatch(/^SettingsError: /)
  for (const name of [
    'OPERATOR_NAME',
    'OPERATOR_TENANT',
    'BROKER_URL',
    'CALLER_TENANTS',
    'APP_CREDENTIAL',
    'CONSENT_TERM_DAYS',
    'ALLOW_UNPROVEN_MFA',
  ])
    expect(problem).toContain(name)
})

test('a missing secret is reported together with every other problem', () => {
  const problem = problemOf({ ...sample, APP_CREDENTIAL: 'secret', OPERATOR_NAME: '' })
  expect(problem).toContain('APP_CLIENT_SECRET_NAME')
  expect(problem).toContain('OPERATOR_NAME')
})

test('an empty environment names each setting that has no default', () => {
  const problem = problemOf({})
  const required = brokerSettingNames.filter((name) => new RegExp(`\\b${name}: `).test(problem))
  expect(required.toSorted()).toEqual(
    [
      'OPERATOR_NAME OPERATOR_CONTACT OPERATOR_TENANT ONBOARDING_URL BROKER_URL BROKER_CLIENT_ID',
      'BROKER_AUDIENCE AZURE_CLIENT_ID APP_CLIENT_ID APP_DISPLAY_NAME VAULT_URL SEAL_KEY_NAME',
      'TABLES_URL DATA__queueServiceUri CALLER_TENANTS',
    ]
      .flatMap((names) => names.split(' '))
      .toSorted(),
  )
})

test('a Key Vault reference that Azure could not resolve is "not set"', () => {
  const reference = '@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/name/)'
  expect(problemOf({ ...sample, OPERATOR_NAME: reference })).toContain('OPERATOR_NAME')
  const secret = { ...sample, APP_CREDENTIAL: 'secret', APP_CLIENT_SECRET: reference }
  expect(problemOf(secret)).toContain('APP_CLIENT_SECRET')
  const named = { ...secret, APP_CLIENT_SECRET_NAME: 'app-secret' }
  expect(readBrokerConfig(named).APP_CLIENT_SECRET).toBeUndefined()
})

test('a client secret may be a list of names, tried in this order', () => {
  const secret = { ...sample, APP_CREDENTIAL: 'secret' }
  const read = (names: string) =>
    readBrokerConfig({ ...secret, APP_CLIENT_SECRET_NAME: names }).APP_CLIENT_SECRET_NAME
  expect(read('new-secret, old-secret')).toEqual(['new-secret', 'old-secret'])
  expect(problemOf({ ...secret, APP_CLIENT_SECRET_NAME: 'a,b/c' })).toContain(
    'APP_CLIENT_SECRET_NAME',
  )
  expect(problemOf({ ...secret, APP_CLIENT_SECRET_NAME: ',' })).toContain('must name a secret')
})

const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`

test('APP_CREDENTIAL=certificate needs a key of the vault and a certificate, in one line or several', () => {
  const settings = { ...sample, APP_CREDENTIAL: 'certificate' }
  expect(problemOf(settings)).toContain('APP_CERTIFICATE_NAME and APP_CERTIFICATE')
  const named = { ...settings, APP_CERTIFICATE_NAME: 'app' }
  expect(problemOf({ ...named, APP_CERTIFICATE: 'x' })).toContain('APP_CERTIFICATE: must hold')
  const both = `${pem('AAAA')}\n${pem('BBBB')}`
  for (const APP_CERTIFICATE of [both, both.replaceAll('\n', '\\n')]) {
    expect(readBrokerConfig({ ...named, APP_CERTIFICATE }).APP_CERTIFICATE).toEqual([
      pem('AAAA'),
      pem('BBBB'),
    ])
  }
})

test('APP_CREDENTIAL=secret needs exactly one source', () => {
  const secret = { ...sample, APP_CREDENTIAL: 'secret' }
  expect(problemOf(secret)).toContain('exactly one')
  const both = { ...secret, APP_CLIENT_SECRET: 'value', APP_CLIENT_SECRET_NAME: 'name' }
  expect(problemOf(both)).toContain('exactly one')
  expect(readBrokerConfig({ ...secret, APP_CLIENT_SECRET: 'value' })).toMatchObject({
    APP_CLIENT_SECRET: 'value',
  })
})

const secret = `whsec_${'AAAA'.repeat(8)}`

test('webhooks need exactly one source of what signs their events', () => {
  const webhooks = { ...sample, EVENT_WEBHOOKS: 'https://a.example/x@y?z=1, https://b.example' }
  expect(problemOf(webhooks)).toContain('EVENT_WEBHOOKS needs exactly one')
  const named = { ...webhooks, EVENT_SECRET_NAMES: 'newer,older' }
  expect(problemOf({ ...named, EVENT_SECRET: secret })).toContain('exactly one')
  expect(readBrokerConfig(named)).toMatchObject({
    EVENT_WEBHOOKS: ['https://a.example/x@y?z=1', 'https://b.example'],
    EVENT_SECRET_NAMES: ['newer', 'older'],
  })
  expect(readBrokerConfig({ ...webhooks, EVENT_SECRET: secret }).EVENT_SECRET).toBe(secret)
})

test.each([
  ['EVENT_WEBHOOKS', 'http://a.example'],
  ['EVENT_WEBHOOKS', 'https://user:word@a.example'],
  ['EVENT_WEBHOOKS', 'https://a.example/#x'],
  ['EVENT_SECRET', 'whsec_c2hvcnQ='],
  ['EVENT_SECRET', `whsec_${'AAAA'.repeat(8)}A`],
  ['EVENT_SECRET', `whsec_${'AAAA'.repeat(23)}`],
  ['EVENT_RETRY_SECONDS', '30,soon'],
  ['EVENT_RETRY_SECONDS', '0'],
  ['EVENT_RETRY_SECONDS', ','],
  ['EVENT_RETRY_SECONDS', '604801'],
])('%s is not %s', (name, value) => {
  const settings = { ...sample, EVENT_WEBHOOKS: 'https://a.example', EVENT_SECRET: secret }
  expect(problemOf({ ...settings, [name]: value })).toContain(name)
})

test('what is waited between deliveries is a list of seconds', () => {
  const read = readBrokerConfig({ ...sample, EVENT_RETRY_SECONDS: '1, 60,604800' })
  expect(read.EVENT_RETRY_SECONDS).toEqual([1, 60, 604_800])
})

test('addresses are https, lose a trailing slash, and carry no query, fragment or account', () => {
  const read = readBrokerConfig({ ...sample, BROKER_URL: 'https://broker.example/' })
  expect(read.BROKER_URL).toBe('https://broker.example')
  for (const odd of [
    'http://broker.example',
    'broker.example',
    'javascript:alert(1)',
    'https://broker.example?x=1',
    'https://broker.example#x',
    'https://user:word@broker.example',
  ]) {
    expect(problemOf({ ...sample, BROKER_URL: odd })).toContain('BROKER_URL')
  }
})

test('GUIDs are read in the one spelling that tokens are compared with', () => {
  const upper = 'ABCDEF00-0000-4000-8000-00000000000A'
  const read = readBrokerConfig({ ...sample, CALLER_TENANTS: ` ${upper} , ` })
  expect(read.CALLER_TENANTS).toEqual([upper.toLowerCase()])
})

test('no value of a setting is ever in the error', () => {
  const canary = 'canary-Value-4711'
  const names = brokerSettingNames.filter((name) => name !== 'APP_DISPLAY_NAME')
  fc.assert(
    fc.property(fc.subarray(names, { minLength: 1 }), (wrong) => {
      const changes = Object.fromEntries(wrong.map((name) => [name, `${canary} \u0000`]))
      const env = { ...sample, ...changes, APP_DISPLAY_NAME: '', APP_CLIENT_SECRET: canary }
      expect(problemOf(env)).not.toContain('canary')
    }),
  )
})
