import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { askToken, type Caller, type TokenAnswer } from './support/ask-token.ts'
import { callerWithPermission, untilPermitted } from './support/attack-checks.ts'
import { expectNoCalls } from './support/expect-no-calls.ts'
import { strictRedemptions } from './support/global-setup.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { control } from './support/own-partner.ts'
import { postToken } from './support/post-token.ts'
import { recorded, redemptions } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
const { graph } = audiences
const redeemed = ({ tenant }: Onboarded) => redemptions(stack, tenant, 'refresh_token')

let any: Caller
let unknown: Caller

beforeAll(async () => {
  const callers = await issuingCallers(stack)
  any = callers.any
  unknown = callers.unknown
})

const ask = (
  { tenant: partner }: Pick<Onboarded, 'tenant'>,
  fields: Record<string, string> = {},
): Promise<TokenAnswer> => askToken(stack, { caller: any, partner, audience: graph, fields })

const capabilities = [
  { access_token: { xms_cc: { values: ['cp1'] } } },
  { id_token: { auth_time: { essential: true } } },
  { id_token: { xms_cc: { values: ['cp1'] } }, access_token: { xms_cc: { values: ['cp1'] } } },
  { access_token: { xms_cc: null } },
  { access_token: {} },
  { access_token: null },
  { userinfo: { nbf: { essential: true, value: '1' } } },
  {},
]

test('capabilities that SDKs send never go past the cache, and never reach Entra', async () => {
  const partner = await onboarded(stack)
  const before = await redeemed(partner)
  for (const claims of capabilities) {
    expectIssued(await ask(partner, { claims: JSON.stringify(claims) }))
    expectIssued(await ask(partner, { claims: JSON.stringify(claims, undefined, 2) }))
  }
  expect((await redeemed(partner)) - before).toBe(1)
  const asked = await recorded(stack.entra, `/${partner.tenant}/oauth2/v2.0/token`)
  // MSAL itself asks for some of the ID token; those buy nothing.
  expect(asked.filter(({ form }) => form['claims']?.includes('access_token'))).toEqual([])
})

const challenge = (nth: number): string =>
  JSON.stringify({ access_token: { nbf: { essential: true, value: String(1_600_000_000 + nth) } } })

describe('a flood of claims challenges', () => {
  test('that differ costs one redemption, and the rest are throttled', async () => {
    const partner = await onboarded(stack)
    const before = await redeemed(partner)
    expectIssued(await ask(partner, { claims: challenge(0) }))
    for (let nth = 1; nth <= 20; nth++) {
      const answer = await ask(partner, { claims: challenge(nth) })
      expectRefusal(answer, { code: 'throttled', says: 'another claims challenge' })
    }
    expect((await redeemed(partner)) - before).toBe(1)
  })

  test('for one scope after another costs no more', async () => {
    const partner = await onboarded(stack)
    const before = await redeemed(partner)
    expectIssued(await ask(partner, { claims: challenge(0) }))
    for (const scope of ['User.Read.All', 'DelegatedAdminRelationship.ReadWrite.All']) {
      const fields = { claims: challenge(0), scope: `${graph}/${scope}` }
      expectRefusal(await ask(partner, fields), { code: 'throttled', says: 'claims challenge' })
    }
    expect((await redeemed(partner)) - before).toBe(1)
  })

  test('all at once costs one redemption', async () => {
    const partner = await onboarded(stack)
    const before = await redeemed(partner)
    const asked = Array.from({ length: 20 }, (_, nth) =>
      ask(partner, { claims: challenge(nth % 4) }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect((await redeemed(partner)) - before).toBe(1)
  })

  test('by one caller does not hold up another', async () => {
    const partner = await onboarded(stack)
    for (let nth = 0; nth < 5; nth++) await ask(partner, { claims: challenge(nth) })
    const other = await callerWithPermission(stack)
    await untilPermitted(stack, other)
    const asked = { caller: other, partner: partner.tenant, audience: graph }
    expectIssued(await askToken(stack, { ...asked, fields: { claims: challenge(9) } }))
  })
})

const lifetimeIn = ({ body }: TokenAnswer): number =>
  Number(/lives (\d+) seconds/.exec(body.error_description ?? '')?.[1])

describe('probing with min_lifetime', () => {
  test('for a life that cannot be had costs one redemption', async () => {
    const partner = await onboarded(stack)
    expectIssued(await ask(partner))
    const before = await redeemed(partner)
    for (const seconds of [99_999, 99_998, 50_000, 20_000, 99_999, 10_000]) {
      const answer = await ask(partner, { min_lifetime: String(seconds) })
      expectRefusal(answer, { code: 'lifetime_unavailable', says: 'no token that lives as long' })
    }
    expect((await redeemed(partner)) - before).toBe(1)
  })

  test('for just the life that the refusal names, again and again, costs no more', async () => {
    const partner = await onboarded(stack)
    let answer = await ask(partner, { min_lifetime: '99999' })
    const before = await redeemed(partner)
    for (let nth = 0; nth < 10; nth++) {
      const named = lifetimeIn(answer)
      answer = await ask(partner, { min_lifetime: String(named + 1) })
      expect(answer.status).toBe(400)
      await ask(partner, { min_lifetime: String(named) })
    }
    expect(await redeemed(partner)).toBe(before)
  })
})

describe('a caller’s budget of redemptions', () => {
  const strict = { ...stack, broker: stack.strictBroker }

  test('ends floods of that caller alone, and not what is cached', async () => {
    const partner = await onboarded(stack)
    const [greedy, modest] = [await callerWithPermission(stack), await callerWithPermission(stack)]
    await untilPermitted(strict, modest)
    const asked = { partner: partner.tenant, audience: graph }
    expectIssued(await askToken(strict, { ...asked, caller: greedy }))
    const before = await redeemed(partner)
    const answers = []
    for (let nth = 0; nth < 3 * strictRedemptions; nth++) {
      const fields = { scope: `${graph}/Some.Permission.${nth}` }
      answers.push(await askToken(strict, { ...asked, caller: greedy, fields }))
    }
    const last = answers.at(-1)
    if (!last) throw new Error('nothing was asked')
    expectRefusal(last, { code: 'throttled', says: 'this caller has used up its redemptions' })
    // One more, should the flood have taken so long that the budget grew.
    expect((await redeemed(partner)) - before).toBeLessThanOrEqual(strictRedemptions + 1)
    expectIssued(await askToken(strict, { ...asked, caller: greedy }))
    expectIssued(await askToken(strict, { ...asked, caller: modest, audience: audiences.arm }))
  })
})

test('a dead grant costs no call to Entra, however it is asked for', async () => {
  const partner = await onboarded(stack)
  await control(`${stack.entra}/_local/revoke`, { username: partner.ada.username })
  expect((await partner.ask()).body.code).toBe('consent_needed')
  const before = await redeemed(partner)
  const vault = (await recorded(stack.vault, partner.tenant)).length
  for (const audience of Object.values(audiences)) {
    for (const target of [{ audience }, { audience, customer: partner.customer.tenant }]) {
      expect((await partner.ask(target)).body.code).toBe('consent_needed')
    }
    const fields = { claims: challenge(0), min_lifetime: '99999' }
    const asked = { caller: any, partner: partner.tenant, audience, fields }
    expect((await askToken(stack, asked)).body.code).toBe('consent_needed')
  }
  expect(await redeemed(partner)).toBe(before)
  expect((await recorded(stack.vault, partner.tenant)).length).toBe(vault)
})

const calls = async () => [
  (await recorded(stack.entra, '/oauth2/v2.0/token')).filter(
    ({ form }) => form['grant_type'] === 'refresh_token',
  ).length,
  (await recorded(stack.vault, '')).length,
]

test('partners that nobody knows cost no call to Entra or the vault', async () => {
  await expectNoCalls(calls, async () => {
    for (let nth = 0; nth < 20; nth++) await ask({ tenant: crypto.randomUUID() })
  })
})

test('thirty who ask at once for a token that is not cached cost one redemption', async () => {
  const partner = await onboarded(stack)
  const before = await redeemed(partner)
  const assertion = await callerToken(stack, any)
  await partner.entraAnswers({ delayMs: 1000 })
  const request = { authority: partner.tenant }
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => postToken(stack, assertion, request)),
  )
  for (const answer of answers) expectIssued(answer)
  expect((await redeemed(partner)) - before).toBe(1)
})

test('requests too long for the record do not keep the tokens of others from being recorded', async () => {
  const partner = await onboarded(stack)
  const [own, hostile] = [await callerToken(stack, any), await callerToken(stack, unknown)]
  expectIssued(await ask(partner))
  const scope = Array.from({ length: 1500 }, (_, nth) => `${graph}/A${nth}`).join(' ')
  const crowd = Array.from({ length: 60 }, async () => {
    await postToken(stack, hostile, { fields: { scope } })
  })
  const asked = Array.from({ length: 60 }, () =>
    postToken(stack, own, { authority: partner.tenant }),
  )
  for (const answer of await Promise.all(asked)) expectIssued(answer)
  await Promise.all(crowd)
})
