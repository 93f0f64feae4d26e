import { createPublicKey } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import * as z from 'zod'
import { callerToken, callerWithRole } from '../../local/stack/caller-token.ts'
import { onboard } from './support/consent-flow.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { audiences, manage } from './support/management.ts'
import { ownCaller, ownPartner } from './support/own-partner.ts'
import { postToken } from './support/post-token.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
const unauthenticated = 'caller_unauthenticated'
const notValid = 'it is not a valid Entra token of an allowed tenant for this broker'
let callers: Awaited<ReturnType<typeof issuingCallers>>
let own: string

beforeAll(async () => {
  callers = await issuingCallers(stack)
  own = await callerToken(stack, callers.any)
})

const expectNotValid = async (token: string) =>
  expectRefusal(await postToken(stack, token, {}), { code: unauthenticated, says: notValid })

const headerOf = (token: string): Record<string, unknown> =>
  z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()))

const publishedKey = async () => {
  const answer = await fetch(`${stack.entra}/${stack.brokerTenant}/discovery/v2.0/keys`)
  const jwk = z.object({ kty: z.string(), n: z.string(), e: z.string(), kid: z.string() })
  const { keys } = z.object({ keys: z.array(jwk).min(1) }).parse(await answer.json())
  const [key] = keys
  if (!key) throw new Error('Entra publishes no key')
  return key
}

const forge = async (header: (jwk: object) => object) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = await exportJWK(publicKey)
  return new SignJWT(claimsOf(own))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header(jwk) })
    .sign(privateKey)
}

describe('a token that names its own key', () => {
  const evil = 'https://evil.example/keys'

  test.each<[string, (jwk: object) => object]>([
    ['by bringing it along (jwk)', (jwk) => ({ jwk })],
    ['by an address of keys (jku)', () => ({ jku: evil, kid: 'mine' })],
    ['by a certificate’s address (x5u)', () => ({ x5u: evil, kid: 'mine' })],
    ['by a path (kid)', () => ({ kid: '../../../../dev/null' })],
    ['by an address (kid)', () => ({ kid: evil })],
    ['by an injected condition (kid)', () => ({ kid: "' or '1'='1" })],
    ['by no name at all', () => ({})],
    ['by an empty name', () => ({ kid: '' })],
    ['by a member of every object', () => ({ kid: '__proto__' })],
  ])('%s is refused', async (_, header) => {
    await expectNotValid(await forge(header))
  })

  test('by the published name and another key is refused', async () => {
    const { kid } = await publishedKey()
    await expectNotValid(await forge(() => ({ kid })))
  })

  test('does not make the broker fetch keys again and again', async () => {
    const path = `/${stack.brokerTenant}/discovery/v2.0/keys`
    const before = (await recorded(stack.entra, path)).length
    for (let nth = 0; nth < 20; nth++) {
      await expectNotValid(await mint(stack, { claims: claimsOf(own), header: { kid: `k${nth}` } }))
    }
    expect((await recorded(stack.entra, path)).length - before).toBeLessThanOrEqual(1)
  })
})

describe('a token whose header bends the rules', () => {
  test('HS256 with the public key as PEM is refused', async () => {
    const { kid, ...jwk } = await publishedKey()
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const forged = await new SignJWT(claimsOf(own))
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(Buffer.from(pem))
    await expectNotValid(forged)
  })

  test.each(['none', 'None', 'NONE', 'nOnE', ''])('the algorithm %j is refused', async (alg) => {
    const claims = claimsOf(own)
    await expectNotValid(await mint(stack, { claims, key: 'none', header: { alg } }))
  })

  test('the own signature under another header is refused', async () => {
    const [, payload, signature] = own.split('.')
    for (const header of [{ alg: 'none' }, { ...headerOf(own), typ: 'at+jwt' }, { alg: 'RS256' }]) {
      const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
      await expectNotValid(`${encoded}.${payload}.${signature}`)
    }
  })

  test('an unknown critical extension is refused', async () => {
    const header = { ...headerOf(own), crit: ['exp2'], exp2: 1 }
    const [, payload, signature] = own.split('.')
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
    await expectNotValid(`${encoded}.${payload}.${signature}`)
  })
})

const changed = (claims: object) => mint(stack, { claims: { ...claimsOf(own), ...claims } })

describe('a genuine token that is not for this door', () => {
  test.each<[string, object]>([
    ['roles as one text', { roles: 'Token.Issue' }],
    ['the role in other letters', { roles: ['token.issue'] }],
    ['the role among spaces', { roles: [' Token.Issue '] }],
    ['the role as a scope', { roles: undefined, scp: 'Token.Issue' }],
    ['the role in another claim', { roles: [], role: 'Token.Issue', wids: ['Token.Issue'] }],
  ])('%s does not count', async (_, claims) => {
    const answer = await postToken(stack, await changed(claims), {})
    expectRefusal(answer, { code: unauthenticated, says: 'lacks the app role' })
  })

  test('the tenant of another issuer does not count', async () => {
    const iss = `${stack.entra}/${crypto.randomUUID()}/v2.0`
    const answer = await postToken(stack, await changed({ iss }), {})
    expectRefusal(answer, { code: unauthenticated, says: 'its issuer (iss)' })
  })

  test.each(['', '/', '/v2.0/', '/V2.0', '/v1.0'])('an issuer that ends in %j', async (end) => {
    const iss = `${stack.entra}/${stack.brokerTenant}${end}`
    const answer = await postToken(stack, await changed({ iss }), {})
    expectRefusal(answer, { code: unauthenticated, says: 'its issuer (iss)' })
  })

  test('a token that the broker issued does not authenticate anybody', async () => {
    const partner = await ownPartner(stack)
    await onboard(stack, partner)
    const issued = await postToken(stack, own, { authority: partner.tenant })
    expect(issued.status).toBe(200)
    await expectNotValid(issued.body.access_token ?? '')
  })

  test('another caller’s client_id does not make a caller another one', async () => {
    const fields = { client_id: callers.narrow.clientId }
    const answer = await postToken(stack, own, { fields })
    expectRefusal(answer, { code: unauthenticated, says: 'client_id is not the application' })
  })
})

describe('management', () => {
  const routes: [method: string, path: string][] = [
    ['GET', '/manage/invitations'],
    ['POST', '/manage/invitations'],
    ['GET', '/manage/permissions'],
    ['PUT', '/manage/permissions/attack'],
    ['DELETE', '/manage/permissions/attack'],
    ['POST', '/internal/callback'],
  ]
  const every = ['Broker.Manage', 'Broker.Read', 'Consent.Relay', 'Token.Issue']
  const body = { partner: crypto.randomUUID(), audiences: [audiences.graph] }

  const call = async ([method, path]: (typeof routes)[number], token: string, at = stack.broker) =>
    fetch(`${at}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    })

  test.each(routes)(
    'by an application of another tenant that gave itself every role: %s %s',
    async (...route) => {
      const token = await mint(stack, {
        claims: {
          ...claimsOf(own),
          tid: crypto.randomUUID(),
          roles: every,
        },
      })
      expect((await call(route, token)).status).toBe(401)
    },
  )

  test('by a partner’s own tenant that gave itself every role', async () => {
    const partner = await ownPartner(stack)
    const caller = await ownCaller(stack, every, partner.tenant)
    const token = await callerToken(stack, caller)
    expect(claimsOf(token)).toMatchObject({ tid: partner.tenant, roles: every })
    for (const route of routes) expect((await call(route, token)).status).toBe(401)
  })

  test('by a foreign tenant whose applications may ask for tokens, and that made one a manager', async () => {
    const tenant = stack.callers.find((one) => one.tenant !== stack.brokerTenant)?.tenant
    const token = await callerToken(stack, await ownCaller(stack, every, tenant))
    const asked = await postToken({ broker: stack.strictBroker }, token, {})
    expect(asked.body.code).toBe('not_permitted')
    for (const route of routes) {
      expect((await call(route, token, stack.strictBroker)).status).toBe(401)
    }
  })

  test.each(routes)('by a caller who may only ask for tokens: %s %s', async (...route) => {
    expect((await call(route, own)).status).toBe(403)
  })

  test.each(routes.filter(([method]) => method !== 'GET'))(
    'by somebody who may only read: %s %s',
    async (...route) => {
      const token = await callerToken(stack, callerWithRole(stack, 'Broker.Read'))
      expect((await call(route, token)).status).toBe(403)
    },
  )

  test.each(routes)('by the right token in the address or the body: %s %s', async (...route) => {
    const [method, path] = route
    const token = await callerToken(stack, callerWithRole(stack, 'Broker.Manage'))
    const answer = await fetch(`${stack.broker}${path}?access_token=${token}`, {
      method,
      headers: { 'x-ms-token-aad-access-token': token, cookie: `token=${token}` },
      ...(method !== 'GET' && { body: new URLSearchParams({ access_token: token }) }),
    })
    expect(answer.status).toBe(401)
  })

  test('by who claims to be authenticated by the platform', async () => {
    const principal = { auth_typ: 'aad', claims: [{ typ: 'roles', val: 'Broker.Manage' }] }
    const headers = {
      'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
      'x-ms-client-principal-id': crypto.randomUUID(),
    }
    const answer = await fetch(`${stack.broker}/manage/permissions`, { headers })
    expect(answer.status).toBe(401)
  })

  test('does not issue tokens: Broker.Manage is no Token.Issue', async () => {
    const token = await callerToken(stack, callerWithRole(stack, 'Broker.Manage'))
    const answer = await postToken(stack, token, {})
    expectRefusal(answer, { code: unauthenticated, says: 'lacks the app role' })
  })

  test('the control of these tests: the right token manages', async () => {
    expect((await manage(stack, { path: '/manage/permissions' })).status).toBe(200)
  })
})
