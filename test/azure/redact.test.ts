import { createHash, randomBytes, randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../shared/azure/redact.ts'

const bytes = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max })
const base64url = (min: number, max = min) =>
  bytes(min, max).map((array) => Buffer.from(array).toString('base64url'))
const part = (json: fc.Arbitrary<object>) =>
  json.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'))
const header = part(fc.record({ alg: fc.constantFrom('RS256', 'none', 'dir'), kid: fc.string() }))

/** A JWT, with or without a signature; what must not be read is its payload. */
const jwt = fc
  .tuple(header, base64url(20, 400), base64url(0, 256))
  .map(([first, payload, signature]) => ({
    text: `${first}.${payload}.${signature}`,
    secret: payload,
  }))
const jwe = fc
  .tuple(header, base64url(0, 256), base64url(12), base64url(40, 400), base64url(16))
  .map((parts) => ({ text: parts.join('.'), secret: parts[3] }))

/** As Entra makes refresh tokens and codes: a version, a dot, and a long opaque text. */
const opaque = fc
  .tuple(fc.constantFrom('0.', '1.', 'M.C1_'), base64url(60, 900))
  .map(([version, secret]) => ({ text: `${version}${secret}`, secret }))
/** As we make links, states, cookies, nonces and verifiers. */
const own = base64url(32).map((secret) => ({ text: secret, secret }))
/** As Entra makes client secrets. */
const clientSecret = fc
  .tuple(base64url(2), base64url(22))
  .map(([first, rest]) => `${first}8Q~${rest}`)
  .map((secret) => ({ text: secret, secret }))

const anything = fc.oneof(jwt, jwe, opaque, own)
const around = fc.constantFrom(
  (value: string) => value,
  (value: string) => `the answer was ${value}, said Entra`,
  (value: string) => `Authorization: Bearer ${value}`,
  (value: string) => `{"event":"x","value":"${value}"}`,
  (value: string) => `(${value})`,
  (value: string) => `https://localhost:7071/onboard/${value}?x=1`,
  (value: string) => `__Host-attempt-0123456789abcdef0123456789abcdef=${value}; Path=/`,
  (value: string) => `line one\n${value}\r\nline three`,
)

test('no token, link, state or cookie survives, wherever it stands', () => {
  fc.assert(
    fc.property(anything, around, ({ text, secret }, wrap) => {
      expect(redact(wrap(text))).not.toContain(secret)
    }),
    { numRuns: 5000 },
  )
})

const names =
  'code client_secret client_assertion refresh_token access_token id_token assertion code_verifier state nonce password'.split(
    ' ',
  )
const spellings = fc.constantFrom(
  (name: string, value: string) => `grant_type=x&${name}=${encodeURIComponent(value)}&y=z`,
  (name: string, value: string) => `{"${name}":"${value}"}`,
  (name: string, value: string) => `{"${name}": "${value}", "x": 1}`,
  (name: string, value: string) => JSON.stringify({ message: JSON.stringify({ [name]: value }) }),
  (name: string, value: string) => `{ ${name}: '${value}' }`,
  (name: string, value: string) => `${name}: ${value}`,
  (name: string, value: string) => encodeURIComponent(`?${name}=${value}&y=z`),
  (name: string, value: string) => `${name.toUpperCase()}=${value}`,
)

test('nothing survives behind the name of a secret parameter, in any usual spelling', () => {
  const values = fc.oneof(anything, clientSecret)
  fc.assert(
    fc.property(values, fc.constantFrom(...names), spellings, ({ text, secret }, name, spell) => {
      expect(redact(spell(name, text))).not.toContain(secret)
    }),
    { numRuns: 5000 },
  )
})

const guid = randomUUID()
const partner = randomUUID()

test.each([
  'the quick brown fox jumps over the lazy dog',
  JSON.stringify({ event: 'refused', code: 'caller_unauthenticated', correlationId: guid }),
  JSON.stringify({ event: 'token_refused', code: 'not_permitted', reason: 'no_permission' }),
  JSON.stringify({ code: 'upstream_unavailable', reason: 'vault_TypeError', errorCodes: [700082] }),
  `refresh-token-${guid}-${partner}-12`,
  `https://localhost:7072/${partner}.${guid}.billing/oauth2/v2.0/token`,
  'https://onboarding.example/onboard/',
  `Executed 'Functions.token' (Succeeded, Id=${guid}, Duration=12ms)`,
  'Error: connect ECONNREFUSED 127.0.0.1:7073 at TCPConnectWrap.afterConnect',
  'seal/0123456789abcdef0123456789abcdef',
  'scope=https://api.partnercenter.microsoft.com/user_impersonation',
  'the partner has not consented yet. AADSTS700082, AADSTS50173',
  'state: active',
])('the ordinary line %j stays as it is', (line) => {
  expect(redact(line)).toBe(line)
})

test('GUIDs and SHA-256 in hexadecimal stay as they are', () => {
  fc.assert(
    fc.property(fc.uuid(), bytes(32), (id, digest) => {
      const hash = createHash('sha256').update(digest).digest('hex')
      const line = JSON.stringify({ event: 'token_issued', correlationId: id, tokenHash: hash })
      expect(redact(line)).toBe(line)
      expect(redact(`${id} ${hash}`)).toBe(`${id} ${hash}`)
    }),
  )
})

test('a long line is redacted in no time', () => {
  const long = [
    ' '.repeat(100_000),
    'a'.repeat(100_000),
    'code= '.repeat(20_000),
    'eyJ'.repeat(30_000),
  ]
  for (const line of [...long, randomBytes(50_000).toString('hex')]) {
    const start = performance.now()
    redact(line)
    expect(performance.now() - start).toBeLessThan(1000)
  }
})
