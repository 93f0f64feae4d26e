import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { clearFaults } from './support/faults.ts'
import { entraError, expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { manage } from './support/management.ts'
import { dayMs, daysAgo, fireTimer, untilGrant } from './support/rotation.ts'
import { grantOf, letAge, rewriteGrant, sealedOf, storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
let partner: Onboarded

beforeEach(async () => {
  partner = await onboarded(stack)
})
afterEach(() => clearFaults(stack.entra))

const stored = () => storedOf(stack, partner.tenant)

test('the timer rotates a grant that is due, and its new token works', async () => {
  await letAge(stack, partner.tenant, 11 * dayMs)
  const before = await stored()
  await fireTimer(stack)
  await untilGrant(stack, partner.tenant, (row) => row['sealed'] !== before.row['sealed'])
  const after = await stored()
  expect(after.versions).toHaveLength(before.versions.length + 1)
  expect(after.versions).toContain(sealedOf(after.row).secretVersion)
  expect(after.row['previous']).toBe(before.row['sealed'])
  expect(Date.parse(String(after.row['probedAt']))).toBeGreaterThan(Date.now() - 60_000)
  expectIssued(await partner.ask())
})

test('an outside scheduler may do what the timer does', async () => {
  await letAge(stack, partner.tenant, 11 * dayMs)
  const before = await grantOf(stack, partner.tenant)
  const answer = await manage(stack, { method: 'POST', path: '/manage/rotation' })
  expect(answer.status).toBe(202)
  await untilGrant(stack, partner.tenant, (row) => row['sealed'] !== before['sealed'])
})

test('an operator rotates one grant now, though nothing is due', async () => {
  const before = await stored()
  const path = `/manage/partners/${partner.tenant}/rotate`
  const answer = await manage(stack, { method: 'POST', path })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    outcome: 'rotated',
    grant: { status: 'active', partner: partner.tenant },
  })
  expect((await stored()).versions).toHaveLength(before.versions.length + 1)
})

test('a dead refresh token is marked once, with the reason and who must act', async () => {
  await letAge(stack, partner.tenant, 11 * dayMs)
  await partner.entraAnswers({ status: 400, body: entraError('invalid_grant', [700082]) })
  await fireTimer(stack)
  const row = await untilGrant(stack, partner.tenant, ({ status }) => status === 'consent_needed')
  expect(JSON.parse(String(row['lastFailure']))).toMatchObject({
    reason: 'invalid_grant',
    errorCodes: [700082],
    whoMustAct: 'partner_admin',
  })
})

test('at the end of the term the grant stops and its sealed token is deleted', async () => {
  await rewriteGrant(stack, partner.tenant, () => ({ endsAt: daysAgo(0.01) }))
  await fireTimer(stack)
  const row = await untilGrant(stack, partner.tenant, (one) => 'sealedDeletedAt' in one)
  expect(row['status']).toBe('consent_needed')
  const answer = await manage(stack, { path: `/manage/partners/${partner.tenant}` })
  expect(await answer.json()).toMatchObject({
    status: 'consent_needed',
    endsBecause: 'consent_term',
    whoMustAct: 'partner_admin',
  })
  expect((await partner.ask()).body.code).toBe('consent_needed')
})

test('a grant that nears its end is shown so and told once', async () => {
  await rewriteGrant(stack, partner.tenant, () => ({
    consentedAt: daysAgo(358.5),
    endsAt: daysAgo(-6.5),
  }))
  await fireTimer(stack)
  const row = await untilGrant(stack, partner.tenant, ({ toldDays }) => toldDays === 7)
  expect(row['outbox']).toBeUndefined()
  const answer = await manage(stack, { path: `/manage/partners/${partner.tenant}` })
  expect(await answer.json()).toMatchObject({ status: 'expiring', daysLeft: 7 })
})
