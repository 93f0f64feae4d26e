import { SignJWT } from 'jose'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { postToken } from './support/post-token.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
const hourSeconds = 3600
const now = () => Math.floor(Date.now() / 1000)
let callers: Awaited<ReturnType<typeof issuingCallers>>
let own: string

beforeAll(async () => {
  callers = await issuingCallers(stack)
  own = await callerToken(stack, callers.any)
})

const unauthenticated = 'caller_unauthenticated'
// What is said of any token whose signature does not hold, whatever else is wrong with it.
const notValid = 'it is not a valid Entra token of an allowed tenant for this broker'

const passes = (assertion: string) => postToken(stack, assertion, {})

/** The caller's own token with other claims, signed by Entra's own key unless told otherwise. */
const changed = (claims: object, more: Omit<Parameters<typeof mint>[1], 'claims'> = {}) =>
  mint(stack, { claims: { ...claimsOf(own), ...claims }, ...more })

test('the control of these tests: the unchanged claims, signed again, authenticate', async () => {
  expect((await passes(await changed({}))).body.code).toBe('consent_needed')
})

test('the same token may come as a bearer token instead', async () => {
  const headers = { authorization: `Bearer ${own}` }
  const fields = { client_assertion: undefined, client_assertion_type: undefined }
  const answer = await postToken(stack, '', { headers, fields })
  expect(answer.body.code).toBe('consent_needed')
})

describe('once the signature holds, the refusal names the check that failed', () => {
  test.each<[string, object, string]>([
    ['an expired token', { exp: now() - hourSeconds }, 'it has expired (exp)'],
    ['a token of the future', { nbf: now() + hourSeconds }, 'not valid yet (nbf)'],
    ['a token for another API', { aud: crypto.randomUUID() }, 'ask Entra for {broker audience}'],
    ['another issuer', { iss: 'https://login.example/v2.0' }, 'its issuer (iss)'],
    ['the v1.0 issuer', { iss: `https://sts.windows.net/${stack.brokerTenant}/` }, '(iss)'],
    ['a v1.0 token', { ver: '1.0' }, 'not a v2.0 token (ver)'],
    ['a person’s delegated token', { idtyp: 'user', scp: 'Manage' }, 'idtyp must be app'],
    ['a token that does not say its kind', { idtyp: undefined }, 'idtyp must be app'],
    ['a token of no application', { azp: undefined }, '(azp)'],
    ['a token without roles', { roles: undefined }, 'lacks the app role'],
    ['a token with other roles', { roles: ['Broker.Manage', 'Consent.Relay'] }, 'lacks the app'],
  ])('%s', async (_, claims, says) => {
    expectRefusal(await passes(await changed(claims)), { code: unauthenticated, says })
  })

  test('a caller to whom the operator assigned no role', async () => {
    const roleless = stack.callers.find(({ roles }) => roles.length === 0)
    if (!roleless) throw new Error('the directory has no such caller')
    const answer = await passes(await callerToken(stack, roleless))
    expectRefusal(answer, { code: unauthenticated, says: 'the operator must assign it' })
  })
})

describe('of a token whose signature does not hold nothing more is said', () => {
  test('a token that another key signed', async () => {
    const answer = await passes(await changed({}, { key: 'foreign' }))
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test('a token that another key signed under the name of the published one', async () => {
    const header = JSON.parse(Buffer.from(own.split('.')[0] ?? '', 'base64url').toString())
    const answer = await passes(await changed({}, { key: 'foreign', header }))
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test('a token with no signature (alg: none)', async () => {
    const answer = await passes(await changed({}, { key: 'none' }))
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test('a token of another algorithm by the right key (RS512)', async () => {
    const answer = await passes(await changed({}, { header: { alg: 'RS512' } }))
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test('a token signed with the public key as a shared secret (HS256)', async () => {
    const keys = await fetch(`${stack.entra}/${stack.brokerTenant}/discovery/v2.0/keys`)
    const { keys: [key] = [] }: { keys?: { n: string; kid: string }[] } = JSON.parse(
      await keys.text(),
    )
    if (!key) throw new Error('Entra publishes no key')
    const forged = await new SignJWT(claimsOf(own))
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(Buffer.from(key.n, 'base64url'))
    expectRefusal(await passes(forged), { code: unauthenticated, says: notValid })
  })

  test('a token whose claims were changed after it was signed', async () => {
    const [header, , signature] = own.split('.')
    const claims = { ...claimsOf(own), azp: crypto.randomUUID() }
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
    const answer = await passes(`${header}.${payload}.${signature}`)
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test('an expired token of another key is not said to have expired', async () => {
    const answer = await passes(await changed({ exp: now() - hourSeconds }, { key: 'foreign' }))
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test('a genuine token of a tenant that is not allowed', async () => {
    const foreign = stack.callers.find(({ tenant }) => tenant !== stack.brokerTenant)
    if (!foreign) throw new Error('the directory has no foreign caller')
    const answer = await passes(await callerToken(stack, foreign))
    expectRefusal(answer, { code: unauthenticated, says: notValid })
  })

  test.each(['x', 'x.y', 'x.y.z', '..', `${'a'.repeat(20_000)}.b.c`])(
    'text that is no token: %.12s',
    async (text) => {
      expectRefusal(await passes(text), { code: unauthenticated, says: notValid })
    },
  )
})

test('tokens of tenants that are not allowed never make the broker ask Entra for keys', async () => {
  const tenant = crypto.randomUUID()
  const iss = `${stack.entra}/${tenant}/v2.0`
  await passes(await changed({ tid: tenant, iss }))
  expect(await recorded(stack.entra, tenant)).toEqual([])
})

test.each([{}, { authorization: 'Basic YTpi' }, { authorization: 'Bearer ' }])(
  'a request that proves no caller is told how to: %j',
  async (headers) => {
    const fields = { client_assertion: undefined, client_assertion_type: undefined }
    const answer = await postToken(stack, '', { fields, headers })
    expectRefusal(answer, { code: unauthenticated, says: "send the caller's Entra token" })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
  },
)

test('a client_id that is not the application of the token is refused', async () => {
  const answer = await postToken(stack, own, { fields: { client_id: crypto.randomUUID() } })
  expectRefusal(answer, { code: unauthenticated, says: 'client_id is not the application' })
})

test('the application of the token may be named by client_id, in any case', async () => {
  const fields = { client_id: callers.any.clientId.toUpperCase() }
  expect((await postToken(stack, own, { fields })).body.code).toBe('consent_needed')
})
