import * as fc from 'fast-check'
import { base64url, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  requireRole,
  verifyCallerToken,
  type VerifyCallerToken,
} from '../../shared/azure/caller-token.ts'
import { tenantKeys } from '../../shared/azure/entra/tenant-keys.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import {
  brokerAudience,
  brokerId,
  callerId,
  control,
  fabrikam,
  contoso,
  operator,
  postForm,
  startTestEntra,
  type TestEntra,
} from '../local/entra-fixture.ts'

let entra: TestEntra
let verify: VerifyCallerToken
beforeAll(async () => {
  entra = await startTestEntra()
})
beforeEach(() => {
  const authorityHost = entra.address
  const rules = { authorityHost, brokerClientId: brokerId, tenants: [operator, fabrikam] }
  verify = verifyCallerToken(rules, tenantKeys(authorityHost))
})
afterAll(() => entra.stop())

const seconds = () => Math.floor(Date.now() / 1000)
const good = () => ({
  iss: `${entra.address}/${operator}/v2.0`,
  aud: brokerId,
  tid: operator,
  azp: callerId,
  idtyp: 'app',
  ver: '2.0',
  roles: ['Token.Issue'],
  iat: seconds(),
  nbf: seconds(),
  exp: seconds() + 3600,
})
type Order = { claims?: object; header?: object; key?: 'own' | 'foreign' | 'none' }
const minted = async ({ claims = {}, ...order }: Order = {}): Promise<string> => {
  const all = Object.entries({ ...good(), ...claims }).filter(([, value]) => value !== undefined)
  const { body } = await control(entra, 'mint', { claims: Object.fromEntries(all), ...order })
  return String(body['token'])
}
const refusalOf = async (token: string): Promise<BrokerError> => {
  const thrown = await verify(token).catch((error: unknown) => error)
  if (thrown instanceof BrokerError) return thrown
  throw new Error(`not refused: ${JSON.stringify(thrown)}`)
}
const checkOf = async (order: Order) => (await refusalOf(await minted(order))).detail.reason

test('an application’s own token for the broker says who calls, with which roles', async () => {
  const { body } = await postForm(`${entra.address}/${operator}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: callerId,
    client_secret: 'caller secret +/=',
    scope: `${brokerAudience}/.default`,
  })
  const expected = { tenant: operator, clientId: callerId, roles: ['Token.Issue'] }
  expect(await verify(String(body['access_token']))).toEqual(expected)
  expect(await verify(await minted())).toEqual(expected)
})

test.each([
  ['aud', { aud: 'someone-else' }],
  ['aud', { aud: brokerAudience }],
  ['aud', { aud: undefined }],
  ['exp', { exp: Math.floor(Date.now() / 1000) - 120 }],
  ['exp', { exp: undefined }],
  ['nbf', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ['iss', { iss: 'https://evil.example/v2.0' }],
  ['iss', { iss: `https://sts.windows.net/${operator}/` }],
  ['iss', { tid: fabrikam }],
  ['iss', { iss: undefined }],
  ['ver', { ver: '1.0' }],
  ['ver', { ver: undefined }],
  ['idtyp', { idtyp: 'user', scp: 'Manage' }],
  ['idtyp', { idtyp: undefined }],
  ['azp', { azp: undefined }],
  ['azp', { azp: 'not a guid' }],
])(
  'a signed token that fails at %s (%j) is refused, and the check is named',
  async (name, claims) => {
    const { code, message, detail } = await refusalOf(await minted({ claims }))
    expect([code, detail.reason]).toEqual(['caller_unauthenticated', `caller_token_${name}`])
    expect(message).toContain(name)
  },
)

test('a token without the role is refused, whatever else it holds', async () => {
  for (const roles of [
    undefined,
    [],
    ['token.issue'],
    ['Broker.Manage'],
    'Token.Issue',
    { 0: 'Token.Issue' },
  ]) {
    const caller = await verify(await minted({ claims: { roles } }))
    expect(() => requireRole(caller, ['Token.Issue'])).toThrow('app role')
  }
  const caller = await verify(await minted())
  expect(() => requireRole(caller, ['Broker.Manage', 'Token.Issue'])).not.toThrow()
})

const kid = () => entra.part.jwks().keys[0]?.kid ?? ''

/** HS256 with what everyone can read: the published key. */
const signedWithPublicKey = async (): Promise<string[]> => {
  const jwk = entra.part.jwks().keys[0]
  const secrets = [JSON.stringify(jwk), String(jwk?.n)].map((text) => Buffer.from(text))
  return Promise.all(
    [...secrets, base64url.decode(String(jwk?.n))].map((secret) =>
      new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: kid() }).sign(secret),
    ),
  )
}

test('a token of another key, algorithm or tenant is refused, and no check is named', async () => {
  const attacks = [
    await minted({ key: 'foreign' }),
    await minted({ key: 'foreign', header: { kid: kid() } }),
    await minted({ key: 'none' }),
    await minted({ key: 'none', header: { kid: kid() } }),
    await minted({ key: 'none', header: { alg: 'NONE' } }),
    await minted({ header: { alg: 'PS256' } }),
    await minted({ header: { alg: 'RS512' } }),
    await minted({ claims: { tid: contoso, iss: `${entra.address}/${contoso}/v2.0` } }),
    await minted({ claims: { tid: undefined } }),
    ...(await signedWithPublicKey()),
  ]
  for (const token of attacks) {
    const { code, message, detail } = await refusalOf(token)
    expect([code, detail.reason]).toEqual(['caller_unauthenticated', 'caller_token_signature'])
    expect(message).not.toMatch(/aud|exp|iss\b|azp|idtyp|\(ver\)|role/)
  }
})

test('a key that comes in the token’s own header is not believed', async () => {
  const jku = 'https://evil.example/keys'
  for (const header of [{ jku }, { x5u: jku }, { jwk: entra.part.jwks().keys[0] }]) {
    expect(await checkOf({ key: 'foreign', header })).toBe('caller_token_signature')
  }
})

test('a wrong claim is not named while the signature is wrong too', async () => {
  const claims = { aud: 'someone-else', exp: 1, idtyp: 'user', ver: '1.0' }
  expect(await checkOf({ claims, key: 'foreign', header: { kid: kid() } })).toBe(
    'caller_token_signature',
  )
})

test('one signature moved under another payload is refused', async () => {
  const [header, , signature] = (await minted()).split('.')
  const [, payload] = (await minted({ claims: { azp: brokerId } })).split('.')
  const { detail } = await refusalOf([header, payload, signature].join('.'))
  expect(detail.reason).toBe('caller_token_signature')
})

test('GUIDs in capitals are the same caller', async () => {
  const caller = await verify(await minted({ claims: { azp: callerId.toUpperCase() } }))
  expect(caller.clientId).toBe(callerId)
})

test('any text is refused as caller_unauthenticated and nothing else', async () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json().map((text) => base64url.encode(text)),
    fc.constant(base64url.encode(JSON.stringify({ tid: operator, iss: 'x' }))),
    fc.constant(base64url.encode(JSON.stringify({ alg: 'RS256', kid: kid(), crit: ['exp'] }))),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      expect((await refusalOf(parts.join('.'))).code).toBe('caller_unauthenticated')
    }),
    { numRuns: 200 },
  )
})

test('forged key ids cost Entra no request each', async () => {
  await verify(await minted())
  const before = keyRequests()
  for (let times = 0; times < 10; times++) {
    await refusalOf(await minted({ header: { kid: `forged-${times}` } }))
  }
  expect(keyRequests() - before).toBeLessThanOrEqual(1)
})

const keyRequests = () =>
  entra.part.requests().filter(({ path }) => path.endsWith('/discovery/v2.0/keys')).length

test.each([
  ['503', { status: 503, body: 'down' }],
  ['HTML', { status: 200, body: '<html>' }],
  ['no connection', { drop: true }],
])(
  'keys that cannot be had (%s) are not the caller’s fault, and are fetched again',
  async (_, fault) => {
    entra.part.addFault({ match: { path: '/discovery/' }, ...fault })
    const token = await minted()
    expect((await refusalOf(token)).code).toBe('upstream_unavailable')
    entra.part.clearFaults()
    await expect(verify(token)).resolves.toHaveProperty('clientId', callerId)
  },
)
