import { afterEach, expect, inject, test } from 'vitest'
import type { Fault } from '../../local/kit/faults.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { entraError, expectIssued, onboarded } from './support/issuing.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal, type Code } from './support/refusal.ts'
import { rewriteGrant, storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
const minuteMs = 60_000

afterEach(() => clearFaults(stack.tables))

type Case = [what: string, fault: Omit<Partial<Fault>, 'match'>, code: Code]
const cases: Case[] = [
  ['500', { status: 500 }, 'upstream_unavailable'],
  [
    '503 ServerBusy',
    { status: 503, body: { 'odata.error': { code: 'ServerBusy' } } },
    'upstream_unavailable',
  ],
  ['403', { status: 403, body: {} }, 'upstream_unavailable'],
  ['429', { status: 429 }, 'throttled'],
  [
    '404 of the whole table',
    { status: 404, body: { 'odata.error': { code: 'TableNotFound' } } },
    'upstream_unavailable',
  ],
  ['a closed connection', { drop: true }, 'upstream_unavailable'],
]

test.each(cases)(
  'when the grants answer with %s, the caller is told to come back',
  async (_, fault, code) => {
    const partner = await onboarded(stack)
    const before = await storedOf(stack, partner.tenant)
    const redemptions = await recorded(stack.entra, partner.tenant)
    await addFault(stack.tables, { match: { path: partner.tenant }, ...fault })
    const says = /Table storage (?:is throttling|did not answer as it should)\. Try again shortly/
    expectRefusal(await partner.ask(), { code, says })
    expect(await recorded(stack.entra, partner.tenant)).toHaveLength(redemptions.length)
    await clearFaults(stack.tables)
    expect(await storedOf(stack, partner.tenant)).toEqual(before)
    expectIssued(await partner.ask())
  },
)

test('a warm token needs no row: it comes though the grants cannot be read', async () => {
  const partner = await onboarded(stack)
  expectIssued(await partner.ask())
  await addFault(stack.tables, { match: { path: partner.tenant }, status: 500 })
  expectIssued(await partner.ask())
})

test('a row that is not understood gives no token', async () => {
  const partner = await onboarded(stack)
  await rewriteGrant(stack, partner.tenant, () => ({ sealed: 'not JSON' }))
  expectRefusal(await partner.ask(), { code: 'internal', says: 'a row could not be read' })
})

test('a dead grant whose mark cannot be written is not given out, and is marked by the next request', async () => {
  const partner = await onboarded(stack)
  const before = await storedOf(stack, partner.tenant)
  await partner.entraAnswers({ status: 400, body: entraError('invalid_grant', [700082]), times: 2 })
  await addFault(stack.tables, { match: { path: partner.tenant, method: 'PUT' }, status: 500 })
  expect((await partner.ask()).status).toBeGreaterThanOrEqual(400)
  await clearFaults(stack.tables)
  expect(await storedOf(stack, partner.tenant)).toEqual(before)
  expect((await partner.ask()).body.code).toBe('consent_needed')
  expect((await storedOf(stack, partner.tenant)).row['status']).toBe('consent_needed')
})

test('once the consent term is over no token comes, though Entra would still give one', async () => {
  const partner = await onboarded(stack)
  const endsAt = new Date(Date.now() - minuteMs).toISOString()
  await rewriteGrant(stack, partner.tenant, () => ({ endsAt }))
  expectRefusal(await partner.ask(), {
    code: 'consent_needed',
    says: "the agreed term of the partner's consent is over",
    reconsentUri: `${stack.onboarding}/renew/${partner.tenant}`,
  })
})

test('no token is said to live past the end of the consent term', async () => {
  const partner = await onboarded(stack)
  const endsAt = new Date(Date.now() + 10 * minuteMs).toISOString()
  await rewriteGrant(stack, partner.tenant, () => ({ endsAt }))
  const answer = await partner.ask()
  expectIssued(answer)
  expect(Number(answer.body['expires_in'])).toBeLessThanOrEqual(600)
})
