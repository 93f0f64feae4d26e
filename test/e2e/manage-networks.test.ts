import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Stack } from '../../local/stack/start-stack.ts'
import { expectProblem, manageAs, personToken, roleToken } from './support/manage-as.ts'
import { changingRoutes, readingRoutes, routeName } from './support/manage-routes.ts'
import { ownStack } from './support/own-stack.ts'

// A broker behind two proxies, whose own networks and authentication context are set.

const management = '203.0.113.7'
const relay = '198.51.100.9'
const authContext = 'c3'

let stack: Stack
let broker: string
let token: string

beforeAll(async () => {
  stack = await ownStack()
  const started = await stack.startSecondBroker({
    TRUSTED_PROXIES: '2',
    MANAGEMENT_NETWORKS: '203.0.113.0/24, 2001:db8::/48',
    RELAY_NETWORKS: relay,
    MANAGE_AUTH_CONTEXT: authContext,
  })
  broker = started.address
  token = await roleToken(stack.facts, 'Broker.Manage')
}, 120_000)
afterAll(() => stack.stop())

const from = (address: string) => ({ broker, headers: { 'x-forwarded-for': address } })
const notPermitted = { status: 403, code: 'not_permitted' }
const listing = { path: '/manage/permissions' }
const routes = [...readingRoutes(), ...changingRoutes()].map(
  (one) => [routeName(one), one] as const,
)

describe('the networks of the management API', () => {
  it.each([
    management,
    `${management}:443`,
    '2001:db8::1',
    '[2001:db8::1]:443',
    `evil, ${management}`,
  ])('admit %s', async (address) => {
    const answer = await manageAs(stack.facts, token, { ...listing, ...from(address) })
    expect(answer.status).toBe(200)
  })

  it.each([
    '198.51.100.1',
    relay,
    '2001:db9::1',
    'unknown',
    '',
    '203.0.113',
    `${management}, 10.0.0.1`,
  ])('refuse %j', async (address) => {
    const answer = await manageAs(stack.facts, token, { ...listing, ...from(address) })
    await expectProblem(answer, { ...notPermitted, says: 'network' })
  })

  it('refuse a caller whose hop is missing', async () => {
    const answer = await manageAs(stack.facts, token, { ...listing, broker })
    await expectProblem(answer, notPermitted)
  })

  it.each(routes)('are asked before the token: %s', async (_, route) => {
    const outside = { ...route, ...from('192.0.2.1') }
    for (const sent of [undefined, 'not-a-token', token]) {
      await expectProblem(await manageAs(stack.facts, sent, outside), notPermitted)
    }
  })

  it('are not those of callers', async () => {
    const caller = await roleToken(stack.facts, 'Token.Issue')
    const answer = await manageAs(stack.facts, caller, { path: '/whoami', ...from('192.0.2.1') })
    expect(await answer.json()).toMatchObject({ address: '192.0.2.1' })
  })
})

describe('the networks of the onboarding app', () => {
  const asking = { method: 'POST', path: '/internal/invitation', body: { link: 'x'.repeat(43) } }

  it('refuse everybody else before the token is looked at', async () => {
    for (const address of [management, 'unknown', '198.51.100.10']) {
      const answer = await manageAs(stack.facts, undefined, { ...asking, ...from(address) })
      await expectProblem(answer, notPermitted)
    }
  })

  it('admit it, and its token is looked at', async () => {
    const answer = await manageAs(stack.facts, undefined, { ...asking, ...from(relay) })
    await expectProblem(answer, { status: 401, code: 'caller_unauthenticated' })
  })
})

const as = async (claims: Record<string, unknown>) =>
  manageAs(stack.facts, await personToken(stack.facts, claims), {
    ...listing,
    ...from(management),
  })

describe('the authentication context of the management API', () => {
  it.each([
    ['no contexts', undefined],
    ['other contexts', ['c1', 'c2']],
    ['one that is no list', authContext],
  ])('sends a person with %s back to Entra with a claims challenge', async (_, acrs) => {
    const answer = await as({ acrs })
    const challenge = answer.headers.get('www-authenticate') ?? ''
    await expectProblem(answer, { ...notPermitted, says: authContext })
    expect(challenge).toMatch(/^Bearer .*error="insufficient_claims"/)
    const claims = Buffer.from(/claims="([^"]+)"/.exec(challenge)?.[1] ?? '', 'base64').toString()
    const expected = { access_token: { acrs: { essential: true, value: authContext } } }
    expect(JSON.parse(claims)).toEqual(expected)
  })

  it('lets a person in who satisfied it', async () => {
    expect((await as({ acrs: ['c1', authContext] })).status).toBe(200)
  })

  it('is asked of no application', async () => {
    const body = { scope: 'partner', id: randomUUID(), reason: 'x' }
    const put = { method: 'PUT', path: '/manage/lockdowns/context', body }
    const answer = await manageAs(stack.facts, token, { ...put, ...from(management) })
    expect(answer.status).toBe(201)
  })

  it('does not spare a person the role', async () => {
    const answer = await as({ acrs: [authContext], roles: [] })
    await expectProblem(answer, { ...notPermitted, says: 'Broker.Manage' })
  })
})
