import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import * as z from 'zod'
import { askToken, type Caller } from './support/ask-token.ts'
import {
  consent,
  onboard,
  openPage,
  postCallback,
  signIn,
  startSignIn,
} from './support/consent-flow.ts'
import { expectConsented, expectRefusal } from './support/consent-checks.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { bodyOf, expectProblem, manageAs, roleToken, type Asked } from './support/manage-as.ts'
import { audiences, invite, invitedSchema, permit } from './support/management.ts'
import { ownCaller, ownPartner, type OwnPartner } from './support/own-partner.ts'
import { redemptions, secretsWritten } from './support/recorded.ts'
import { grantRow } from './support/stored-rows.ts'
import { secretsAsBroker } from './support/vault-as-broker.ts'

const stack = inject('stack')
const minutes = 60_000
let token: string
let caller: Caller

beforeAll(async () => {
  token = await roleToken(stack, 'Broker.Manage')
  caller = await ownCaller(stack, ['Token.Issue'])
  await permit(stack, caller)
})

const ask = (asked: Asked) => manageAs(stack, token, asked)
const pathOf = (partner: string, verb: string) => `/manage/partners/${partner}/${verb}`
const revoke = (partner: string) =>
  ask({ method: 'POST', path: pathOf(partner, 'revoke'), body: { reason: 'the contract ended' } })
const reinvite = async (partner: string, body?: object) => {
  const answer = await ask({
    method: 'POST',
    path: pathOf(partner, 'reinvite'),
    ...(body && { body }),
  })
  expect(answer.headers.get('location')).toMatch(/\/manage\/invitations\/[0-9a-f]{32}$/)
  return invitedSchema.parse(await bodyOf(answer, 201))
}
const issue = (partner: OwnPartner, audience = audiences.graph) =>
  askToken(stack, { caller, partner: partner.tenant, audience, purpose: 'test' })

const onboarded = async (): Promise<OwnPartner> => {
  const partner = await ownPartner(stack)
  await onboard(stack, partner, {
    more: { consentTermDays: 90, language: 'nl', contact: 'a@b.example' },
  })
  return partner
}

const livesSchema = z.array(z.record(z.string(), z.unknown()))

const lives = (body: Record<string, unknown>, what: string): Record<string, unknown> | undefined =>
  livesSchema.parse(body['stillLives']).find((one) => one['what'] === what)

describe('revoking a partner', () => {
  it('says what still lives and until when, and what to do next', async () => {
    const partner = await onboarded()
    const { body: issued } = await issue(partner)
    const expiry = Date.now() + Number(issued['expires_in']) * 1000
    const body = await bodyOf(await revoke(partner.tenant), 200)
    expect(body).toMatchObject({
      partner: partner.tenant,
      status: 'revoked',
      generation: 1,
      revokedAt: expect.stringMatching(/Z$/),
      effectiveWithinSeconds: 30,
      finished: true,
      next: [expect.stringContaining('sessions'), expect.stringContaining('reinvite')],
    })
    const tokens = lives(body, 'access_tokens')
    expect(Math.abs(Date.parse(String(tokens?.['latestOnRecord'])) - expiry)).toBeLessThan(5000)
    const until = Date.parse(String(tokens?.['until'])) - Date.now()
    expect(until).toBeGreaterThan(90 * minutes)
    expect(until).toBeLessThan(91 * minutes)
    const sealed = lives(body, 'sealed_refresh_token')
    expect(String(sealed?.['detail'])).toContain('soft-deleted')
    expect(lives(body, 'microsoft_sessions')).not.toHaveProperty('until')
  })

  it('knows of a token that lives longer than usual', async () => {
    const partner = await onboarded()
    await fetch(`${stack.entra}/_local/next`, {
      method: 'POST',
      body: JSON.stringify({
        tenant: partner.tenant,
        grant_type: 'refresh_token',
        expiresIn: 100_000,
      }),
    })
    expect((await issue(partner)).status).toBe(200)
    const body = await bodyOf(await revoke(partner.tenant), 200)
    const until = Date.parse(String(lives(body, 'access_tokens')?.['until'])) - Date.now()
    expect(Math.abs(until - 100_000_000)).toBeLessThan(60_000)
  })

  it('puts the grant and the sealed token away', async () => {
    const partner = await onboarded()
    await revoke(partner.tenant)
    expect(await grantRow(stack, partner.tenant)).toMatchObject({
      status: 'revoked',
      revokedBy: 'operator',
    })
    const row = await grantRow(stack, partner.tenant)
    const name = `refresh-token-${String(row?.['app'])}-${partner.tenant}-1`
    const secrets = await secretsAsBroker(stack)
    await expect(secrets.getSecret(name)).rejects.toMatchObject({ statusCode: 404 })
  })

  it('may be done again, and finishes what a fault left undone', async () => {
    const partner = await onboarded()
    await addFault(stack.vault, { match: { path: partner.tenant, method: 'DELETE' }, status: 403 })
    const first = await bodyOf(await revoke(partner.tenant), 200)
    await clearFaults(stack.vault)
    expect(first).toMatchObject({ status: 'revoked', finished: false })
    expect(first['next']).toContainEqual(expect.stringContaining('Revoke again'))
    expect(await bodyOf(await revoke(partner.tenant), 200)).toMatchObject({ finished: true })
  })

  it('works for a partner that has not consented: its invitations are void', async () => {
    const partner = await ownPartner(stack)
    const { url } = await invite(stack, partner)
    const body = await bodyOf(await revoke(partner.tenant), 200)
    expect(body).toMatchObject({ generation: 0, finished: true })
    expect(lives(body, 'sealed_refresh_token')).toBeUndefined()
    expectRefusal(await openPage(url), ['invitation_unknown', 404])
  })

  it('refuses the caller within 30 seconds, a cached token included', async () => {
    const partner = await onboarded()
    expect((await issue(partner)).status).toBe(200)
    const redeemed = await redemptions(stack, partner.tenant, 'refresh_token')
    await revoke(partner.tenant)
    const started = Date.now()
    await expect
      .poll(async () => (await issue(partner)).body.code, { timeout: 30_000, interval: 250 })
      .toBe('grant_revoked')
    expect(Date.now() - started).toBeLessThan(30_000)
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(redeemed)
  })

  it.each([
    ['reason', {}],
    ['reason', { reason: '' }],
    ['reason', { reason: 'x'.repeat(501) }],
    ['force', { reason: 'x', force: true }],
  ])('refuses a body with a wrong %s', async (field, body) => {
    const path = pathOf(randomUUID(), 'revoke')
    const answer = await ask({ method: 'POST', path, body })
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
  })

  it('refuses what is no tenant id', async () => {
    for (const verb of ['revoke', 'reinvite']) {
      const path = pathOf('fabrikam', verb)
      const answer = await ask({ method: 'POST', path, body: {} })
      await expectProblem(answer, { status: 400, code: 'request_malformed', field: 'partner' })
    }
  })
})

describe('after an operator’s revocation', () => {
  it('an invitation from before is dead, and a new one onboards again', async () => {
    const partner = await onboarded()
    const before = await invite(stack, partner)
    await revoke(partner.tenant)
    expectRefusal(await openPage(before.url), ['invitation_unknown', 404])
    const start = await fetch(before.url, { method: 'POST', redirect: 'manual' })
    expect(start.status).toBe(404)
    const again = await reinvite(partner.tenant)
    expectConsented(await consent(again.url, partner.ada))
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ status: 'active', generation: 2 })
    await expect
      .poll(async () => (await issue(partner)).status, { timeout: 30_000, interval: 250 })
      .toBe(200)
  })

  it('a sign-in that was begun before stores nothing', async () => {
    const partner = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, partner)).url)
    const posted = await signIn(started, partner.ada)
    await revoke(partner.tenant)
    const page = await postCallback(posted, started)
    expectRefusal(page, ['invitation_unknown', 404])
    expect(await grantRow(stack, partner.tenant)).toBeUndefined()
    expect(await secretsWritten(stack, partner.tenant)).toBe(0)
  })

  it('a consent that was being proven meanwhile is not stored', async () => {
    const partner = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, partner)).url)
    const posted = await signIn(started, partner.ada)
    await addFault(stack.entra, {
      match: { tenant: partner.tenant, grant_type: 'refresh_token' },
      delayMs: 1500,
      times: 1,
    })
    const [page] = await Promise.all([
      postCallback(posted, started),
      untilRedeemed(partner.tenant).then(() => revoke(partner.tenant)),
    ])
    expect(page.status).not.toBe(200)
    expect(await grantRow(stack, partner.tenant)).toBeUndefined()
    expect(await secretsWritten(stack, partner.tenant)).toBe(0)
  })

  it('a mint in flight gives no token', async () => {
    const partner = await onboarded()
    await addFault(stack.entra, {
      match: { tenant: partner.tenant, grant_type: 'refresh_token' },
      delayMs: 3000,
      times: 1,
    })
    const before = await redemptions(stack, partner.tenant, 'refresh_token')
    const asking = issue(partner, audiences.arm)
    await untilRedeemed(partner.tenant, before)
    await revoke(partner.tenant)
    const { status, body } = await asking
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'grant_revoked' })
    expect(body.access_token).toBeUndefined()
  })
})

describe('inviting again', () => {
  it('takes the facts of the grant and the invitation behind it', async () => {
    const partner = await onboarded()
    const { id, message, expiresAt } = await reinvite(partner.tenant)
    const shown = await bodyOf(await ask({ path: `/manage/invitations/${id}` }), 200)
    expect(shown).toMatchObject({
      partner: partner.tenant,
      audiences: Object.values(audiences),
      displayName: partner.name,
      contact: 'a@b.example',
      consentTermDays: 90,
      language: 'nl',
      status: 'open',
    })
    expect(message.text).toMatch(/^Geachte/)
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(13.9 * 24 * 60 * minutes)
  })

  it('takes what the body says instead', async () => {
    const partner = await onboarded()
    const changes = { audiences: [audiences.graph], consentTermDays: 30, validForDays: 2 }
    const { id, expiresAt } = await reinvite(partner.tenant, changes)
    const shown = await bodyOf(await ask({ path: `/manage/invitations/${id}` }), 200)
    expect(shown).toMatchObject({ audiences: [audiences.graph], consentTermDays: 30 })
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(2.01 * 24 * 60 * minutes)
  })

  it('takes the last invitation of a partner that has not consented', async () => {
    const partner = await ownPartner(stack)
    await invite(stack, partner, { consentTermDays: 10 })
    await invite(stack, partner, { consentTermDays: 20, audiences: [audiences.arm] })
    const { id } = await reinvite(partner.tenant)
    const shown = await bodyOf(await ask({ path: `/manage/invitations/${id}` }), 200)
    expect(shown).toMatchObject({ consentTermDays: 20, audiences: [audiences.arm] })
  })

  it('is 404 for a partner that was never invited', async () => {
    const answer = await ask({ method: 'POST', path: pathOf(randomUUID(), 'reinvite') })
    await expectProblem(answer, { status: 404, code: 'not_found' })
  })

  it.each([
    ['audiences', { audiences: [] }],
    ['validForDays', { validForDays: 91 }],
    ['consentTermDays', { consentTermDays: 0 }],
    ['contact', { contact: 'x' }],
  ])('refuses a body with a wrong %s', async (field, body) => {
    const path = pathOf(randomUUID(), 'reinvite')
    const answer = await ask({ method: 'POST', path, body })
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
  })
})

const untilRedeemed = (partner: string, before = 0) =>
  expect
    .poll(() => redemptions(stack, partner, 'refresh_token'), { timeout: 5000, interval: 25 })
    .toBeGreaterThan(before)
