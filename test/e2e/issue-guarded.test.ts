import { beforeAll, describe, expect, inject, test } from 'vitest'
import { askToken } from './support/ask-token.ts'
import { orderNext } from './support/entra-controls.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { entraError, expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { recorded, redemptions } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'
import { rewriteGrant } from './support/stored-grant.ts'

const stack = inject('stack')
const { graph, arm } = audiences
let callers: Awaited<ReturnType<typeof issuingCallers>>

beforeAll(async () => {
  callers = await issuingCallers(stack)
})

const ask = ({ tenant: partner }: Onboarded, fields: Record<string, string> = {}) =>
  askToken(stack, { caller: callers.any, partner, audience: graph, fields })

const redeemed = ({ tenant }: Onboarded) => redemptions(stack, tenant, 'refresh_token')

/** Has Entra give the next token of the partner this many seconds to live. */
const giveLife = ({ tenant }: Onboarded, expiresIn: number, times = 1) =>
  orderNext(stack, { tenant, grant_type: 'refresh_token', expiresIn, times })

const challenge = (value: string): string =>
  JSON.stringify({ access_token: { nbf: { essential: true, value } } })

describe('a claims challenge', () => {
  const ofEntra = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'

  test('of Entra is handed to the caller, and may come back in the next request', async () => {
    const partner = await onboarded(stack)
    const body = entraError('interaction_required', [53003], { claims: ofEntra })
    await partner.entraAnswers({ status: 400, body, times: 1 })
    const refused = await ask(partner)
    expect(refused.body).toMatchObject({ error: 'interaction_required', claims: ofEntra })
    expectIssued(await ask(partner, { claims: ofEntra }))
    const asked = await recorded(stack.entra, `/${partner.tenant}/oauth2/v2.0/token`)
    expect(JSON.parse(asked.at(-1)?.form['claims'] ?? 'null')).toMatchObject(JSON.parse(ofEntra))
  })

  test('goes past the cache, and what the cache held is forgotten', async () => {
    const partner = await onboarded(stack)
    const before = await ask(partner)
    const answer = await ask(partner, { claims: challenge('1') })
    expectIssued(answer)
    expect(answer.body.access_token).not.toBe(before.body.access_token)
    const after = await ask(partner)
    expect(after.body.access_token).not.toBe(before.body.access_token)
  })

  test('that is repeated within 30 seconds gets the same answer, and another one is throttled', async () => {
    const partner = await onboarded(stack)
    const before = await redeemed(partner)
    const first = await ask(partner, { claims: challenge('1') })
    const spelled = JSON.stringify(JSON.parse(challenge('1')), undefined, 4)
    const second = await ask(partner, { claims: spelled })
    expectIssued(second)
    expect(second.body.access_token).toBe(first.body.access_token)
    const third = await ask(partner, { claims: challenge('2') })
    expectRefusal(third, { code: 'throttled', says: 'another claims challenge of this caller' })
    expect((await redeemed(partner)) - before).toBe(1)
  })

  test('counts for each audience and partner alone', async () => {
    const [partner, other] = [await onboarded(stack), await onboarded(stack)]
    const fields = { claims: challenge('1') }
    const asked = { caller: callers.any, partner: partner.tenant, fields }
    expectIssued(await askToken(stack, { ...asked, audience: graph }))
    expectIssued(
      await askToken(stack, { ...asked, audience: arm, fields: { claims: challenge('2') } }),
    )
    expectIssued(await ask(other, { claims: challenge('3') }))
  })

  test('that Entra refuses does not mark the grant', async () => {
    const partner = await onboarded(stack)
    const body = entraError('invalid_grant', [50076], { suberror: 'basic_action' })
    await partner.entraAnswers({ status: 400, body, times: 1 })
    expect((await ask(partner, { claims: challenge('1') })).status).toBe(400)
    expectIssued(await ask(partner))
  })
})

const hourSeconds = 3600

describe('min_lifetime', () => {
  test('is honoured from the cache, or by a new token where the cached one is too short', async () => {
    const partner = await onboarded(stack)
    await giveLife(partner, 1200)
    const short = await ask(partner)
    expect((await ask(partner, { min_lifetime: '1000' })).body).toEqual({
      ...short.body,
      expires_in: expect.any(Number),
      ext_expires_in: expect.any(Number),
      refresh_in: expect.any(Number),
    })
    const long = await ask(partner, { min_lifetime: '3000' })
    expectIssued(long)
    expect(long.body['expires_in']).toBeGreaterThanOrEqual(3000)
    expect((await ask(partner)).body.access_token).toBe(long.body.access_token)
  })

  test('that cannot be had is refused, and remembered without asking again', async () => {
    const partner = await onboarded(stack)
    await giveLife(partner, 1200)
    const refusal = { code: 'lifetime_unavailable', says: 'the newest lives 1' } as const
    expectRefusal(await ask(partner, { min_lifetime: '3000' }), refusal)
    const before = await redeemed(partner)
    expectRefusal(await ask(partner, { min_lifetime: '3000' }), refusal)
    expectRefusal(await ask(partner, { min_lifetime: '2000' }), refusal)
    expectIssued(await ask(partner, { min_lifetime: '1100' }))
    expectIssued(await ask(partner))
    expect(await redeemed(partner)).toBe(before)
  })

  test.each(['0', '-1', '1.5', '100000', '1e3', ' 60', 'long'])(
    'of %j is malformed',
    async (seconds) => {
      const partner = { tenant: crypto.randomUUID() }
      const asked = { caller: callers.any, partner: partner.tenant, audience: graph }
      const answer = await askToken(stack, { ...asked, fields: { min_lifetime: seconds } })
      expectRefusal(answer, { code: 'request_malformed', says: 'min_lifetime must be' })
    },
  )
})

describe('the times of an answer', () => {
  test('say to come back a quarter of an hour before a long life ends', async () => {
    const partner = await onboarded(stack)
    await giveLife(partner, hourSeconds)
    const { body } = await ask(partner)
    expect(body['expires_in']).toBeLessThanOrEqual(hourSeconds)
    expect(body['ext_expires_in']).toBe(body['expires_in'])
    expect(Number(body['expires_in']) - Number(body['refresh_in'])).toBe(900)
  })

  test('say to come back in the middle of a short life', async () => {
    const partner = await onboarded(stack)
    await giveLife(partner, 1000)
    const { body } = await ask(partner)
    expect(body['refresh_in']).toBe(Math.floor(Number(body['expires_in']) / 2))
  })

  test('never reach past the end of the consent term', async () => {
    const partner = await onboarded(stack)
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    await rewriteGrant(stack, partner.tenant, () => ({ endsAt }))
    const { body } = await ask(partner)
    expect(body['expires_in']).toBeLessThanOrEqual(600)
    expect(body['expires_in']).toBeGreaterThan(500)
  })
})

// Due for renewal, and still good.
const aging = async () => {
  const partner = await onboarded(stack)
  await giveLife(partner, 600)
  const first = await ask(partner)
  expect(first.body['warning']).toBeUndefined()
  return { partner, first }
}

describe('when refreshing a token fails,', () => {
  test.each([
    ['Entra is down', { status: 503, body: 'down' }],
    ['Entra throttles', { status: 429, headers: { 'retry-after': '60' } }],
    ['Entra closes the connection', { drop: true }],
  ])('since %s, the older one goes out with a warning', async (_, fault) => {
    const { partner, first } = await aging()
    await partner.entraAnswers(fault)
    const second = await ask(partner)
    expectIssued(second)
    expect(second.body.access_token).toBe(first.body.access_token)
    expect(second.body['warning']).toContain('refreshing this token failed')
    const before = await redeemed(partner)
    expect((await ask(partner)).body['warning']).toBeDefined()
    expect(await redeemed(partner)).toBe(before)
  })

  test('since the grant is dead, the older one does not go out', async () => {
    const { partner } = await aging()
    const body = entraError('invalid_grant', [700082])
    await partner.entraAnswers({ status: 400, body, times: 1 })
    expect((await ask(partner)).body.code).toBe('consent_needed')
    expect((await ask(partner)).body.code).toBe('consent_needed')
  })

  test('and more life was asked for than it has, it does not go out either', async () => {
    const { partner } = await aging()
    await partner.entraAnswers({ status: 503, body: 'down' })
    expect((await ask(partner, { min_lifetime: '900' })).status).toBe(503)
  })

  test('no longer, the newer one goes out without a warning', async () => {
    const { partner, first } = await aging()
    const second = await ask(partner)
    expect(second.body.access_token).not.toBe(first.body.access_token)
    expect(second.body['warning']).toBeUndefined()
  })
})
