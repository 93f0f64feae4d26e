import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Relay } from '../../shared/broker/relay.ts'
import { askToken } from './support/ask-token.ts'
import { onboard } from './support/consent-flow.ts'
import { addFault } from './support/faults.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { audiences, manage } from './support/management.ts'
import { openPages, relayOf, renewing, withdrawing, type OpenPages } from './support/relay.ts'
import { grantOf, secretNameOf, storedOf } from './support/stored-grant.ts'
import { rowsWhere } from './support/stored-rows.ts'
import { secretsAsBroker } from './support/vault-as-broker.ts'

const stack = inject('stack')
const limitMs = 30_000

let relay: Relay

beforeAll(async () => {
  relay = await relayOf(stack)
})

const pagesOf = (partner: Onboarded, who = partner.ada): Promise<OpenPages> =>
  openPages(relay, partner.tenant, who)

const expectWithdrawn = ({ status, body }: Awaited<ReturnType<Onboarded['ask']>>) =>
  expect({ status, code: body.code, who: body['who_must_act'] }).toEqual({
    status: 403,
    code: 'grant_revoked',
    who: 'partner_admin',
  })

describe('a withdrawal by the partner', () => {
  it('stops the instance that took it at once, and puts the sealed token away', async () => {
    const partner = await onboarded(stack)
    expectIssued(await partner.ask())
    const row = await grantOf(stack, partner.tenant)
    const outcome = await withdrawing(relay, await pagesOf(partner))
    expect(outcome).toEqual({
      kind: 'withdrawn',
      partner: partner.tenant,
      revokedAt: expect.closeTo(Date.now(), -5),
      tokensAliveUntil: expect.any(Number),
      isFinished: true,
      app: {
        displayName: expect.any(String),
        clientId: 'a9900000-0000-4000-8000-000000000001',
      },
    })
    if (outcome.kind !== 'withdrawn') throw new Error(outcome.kind)
    expect(outcome.tokensAliveUntil).toBeGreaterThan(Date.now() + 60 * 60_000)
    expectWithdrawn(await partner.ask())
    expect(await grantOf(stack, partner.tenant)).toMatchObject({
      status: 'revoked',
      revokedBy: 'partner',
    })
    const secrets = await secretsAsBroker(stack)
    await expect(secrets.getSecret(secretNameOf(row))).rejects.toMatchObject({ statusCode: 404 })
  })

  it('stops every other instance within 30 seconds, cached tokens included', async () => {
    const partner = await onboarded(stack)
    const other = { ...stack, broker: stack.secretBroker }
    const { any: caller } = await issuingCallers(stack)
    const asked = { caller, partner: partner.tenant, audience: audiences.graph }
    await vi.waitFor(async () => expectIssued(await askToken(other, asked)), {
      timeout: limitMs,
      interval: 200,
    })
    const startedAt = Date.now()
    await withdrawing(relay, await pagesOf(partner))
    await vi.waitFor(async () => expectWithdrawn(await askToken(other, asked)), {
      timeout: limitMs,
      interval: 100,
    })
    expect(Date.now() - startedAt).toBeLessThan(limitMs)
  }, 90_000)

  it('is on record with who it was, and the operator sees it', async () => {
    const partner = await onboarded(stack)
    await withdrawing(relay, await pagesOf(partner, partner.fay))
    const records = await rowsWhere(stack, 'audit', ['target', partner.tenant])
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({
      kind: 'management',
      outcome: 'done',
      action: 'partner/withdraw',
      partner: partner.tenant,
      callerTenant: partner.tenant,
      personId: partner.fay.objectId,
      generation: 1,
    })
    const seen = await manage(stack, { path: `/manage/partners/${partner.tenant}` })
    expect(await seen.json()).toMatchObject({
      status: 'revoked',
      revokedBy: 'partner',
      revokedByName: partner.fay.objectId,
      whoMustAct: 'partner_admin',
    })
  })

  it('needs the tenant id typed, in any case and with blanks around it, and the form of its session', async () => {
    const partner = await onboarded(stack)
    const pages = await pagesOf(partner)
    const before = await storedOf(stack, partner.tenant)
    for (const typed of ['', 'withdraw', partner.name, partner.customer.tenant]) {
      expect(await withdrawing(relay, pages, typed)).toEqual({ kind: 'confirmation_wrong' })
    }
    const forged = { ...pages, form: { ...pages.form, csrf: 'a'.repeat(64) } }
    expect(await withdrawing(relay, forged)).toEqual({ kind: 'form_expired' })
    expect(await storedOf(stack, partner.tenant)).toEqual(before)
    const typed = `  ${partner.tenant.toUpperCase()}\n`
    expect(await withdrawing(relay, pages, typed)).toMatchObject({ kind: 'withdrawn' })
  })

  it('ends the session; withdrawn again from another one it stays withdrawn', async () => {
    const partner = await onboarded(stack)
    const [pages, other] = [await pagesOf(partner), await pagesOf(partner)]
    await withdrawing(relay, pages)
    expect(await relay.partner({ session: pages.form.session })).toEqual({ kind: 'signed_out' })
    expect(await withdrawing(relay, pages)).toEqual({ kind: 'signed_out' })
    expect(await withdrawing(relay, other)).toMatchObject({ kind: 'withdrawn', isFinished: true })
    expectWithdrawn(await partner.ask())
  })

  it('that the vault holds up stops the tokens all the same, says so, and is finished by another one', async () => {
    const partner = await onboarded(stack)
    const pages = await pagesOf(partner)
    const path = `/secrets/${secretNameOf(await grantOf(stack, partner.tenant))}`
    await addFault(stack.vault, { match: { path, method: 'DELETE' }, status: 403, times: 1 })
    expect(await withdrawing(relay, pages)).toMatchObject({ kind: 'withdrawn', isFinished: false })
    expectWithdrawn(await partner.ask())
    const again = await withdrawing(relay, await pagesOf(partner))
    expect(again).toMatchObject({ kind: 'withdrawn', isFinished: true })
  })
})

describe('after her own withdrawal the partner', () => {
  it('sees it, and renews: tokens flow again, on every instance', async () => {
    const partner = await onboarded(stack)
    const other = { ...stack, broker: stack.secretBroker }
    const { any: caller } = await issuingCallers(stack)
    const asked = { caller, partner: partner.tenant, audience: audiences.graph }
    const answer = await withdrawing(relay, await pagesOf(partner))
    const revokedAt = answer.kind === 'withdrawn' ? answer.revokedAt : 0
    const pages = await pagesOf(partner)
    expect(pages.facts).toMatchObject({
      status: 'revoked',
      revokedBy: 'partner',
      revokedAt,
      canRenew: true,
      canWithdraw: false,
    })
    const outcome = await relay.callback(await renewing(relay, pages, partner.ada))
    expect(outcome).toMatchObject({ kind: 'consented' })
    expectIssued(await partner.ask())
    await vi.waitFor(async () => expectIssued(await askToken(other, asked)), {
      timeout: limitMs,
      interval: 200,
    })
    const renewed = await pagesOf(partner)
    expect(renewed.facts).toMatchObject({ status: 'active', generation: 2 })
    expect(renewed.facts).not.toHaveProperty('revokedAt')
  }, 90_000)

  it('cannot complete a renewal that she began before', async () => {
    const partner = await onboarded(stack)
    const back = await renewing(relay, await pagesOf(partner), partner.ada)
    await withdrawing(relay, await pagesOf(partner))
    expect(await relay.callback(back)).toMatchObject({ kind: 'revoked' })
    expectWithdrawn(await partner.ask())
  })

  it('is onboarded anew by an invitation of the operator, too', async () => {
    const partner = await onboarded(stack)
    await withdrawing(relay, await pagesOf(partner))
    await onboard(stack, partner)
    expectIssued(await partner.ask())
  })
})

describe('a customer’s or another partner’s account', () => {
  it('withdraws nothing here', async () => {
    const partner = await onboarded(stack)
    const other = await onboarded(stack)
    const pages = await pagesOf(other)
    expect(await withdrawing(relay, pages, partner.tenant)).toEqual({ kind: 'confirmation_wrong' })
    expectIssued(await partner.ask())
  })
})
