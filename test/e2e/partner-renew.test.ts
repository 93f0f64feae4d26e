import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Relay } from '../../shared/broker/relay.ts'
import { expectNothingStored } from './support/consent-checks.ts'
import { onboard } from './support/consent-flow.ts'
import { orderNext } from './support/entra-controls.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences, invite, manage } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { redemptions } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'
import {
  openPages,
  relayOf,
  renewing,
  returned,
  withdrawing,
  type OpenPages,
} from './support/relay.ts'
import { grantOf, rewriteGrant, storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
const dayMs = 24 * 3600_000

let relay: Relay

beforeAll(async () => {
  relay = await relayOf(stack)
})

const pagesOf = (partner: Onboarded, who = partner.ada): Promise<OpenPages> =>
  openPages(relay, partner.tenant, who)

const revokeByOperator = async (partner: string): Promise<void> => {
  const path = `/manage/partners/${partner}/revoke`
  const answer = await manage(stack, {
    method: 'POST',
    path,
    body: { reason: 'the contract ended' },
  })
  if (!answer.ok) throw new Error(await answer.text())
}

describe('a renewal by the partner', () => {
  it('asks for the same permissions again, at the same tenant, with a fresh login', async () => {
    const partner = await onboarded(stack)
    const started = await relay.renew((await pagesOf(partner)).form)
    if (started.kind !== 'started') throw new Error(started.kind)
    const asked = new URL(started.address)
    expect(asked.pathname).toBe(`/${partner.tenant}/oauth2/v2.0/authorize`)
    expect(asked.searchParams.get('prompt')).toBe('login')
    const scopes = asked.searchParams.get('scope')?.split(' ') ?? []
    expect(scopes).toContain('offline_access')
    for (const audience of Object.values(audiences)) {
      expect(scopes.filter((scope) => scope.startsWith(`${audience}/`))).not.toEqual([])
    }
  })

  it('is proven on every audience and stored as the next generation, for the same term', async () => {
    const partner = await ownPartner(stack)
    const more = { consentTermDays: 100, audiences: [audiences.graph] }
    await onboard(stack, partner, { more })
    await rewriteGrant(stack, partner.tenant, (row) => ({
      consentedAt: new Date(Date.parse(String(row['consentedAt'])) - 70 * dayMs).toISOString(),
      endsAt: new Date(Date.parse(String(row['endsAt'])) - 70 * dayMs).toISOString(),
      contact: 'admin@partner.example',
    }))
    const before = await grantOf(stack, partner.tenant)
    const pages = await openPages(relay, partner.tenant, partner.ada)
    const redeemed = await redemptions(stack, partner.tenant, 'refresh_token')
    const back = await renewing(relay, pages, partner.ada)
    const outcome = await relay.callback(back)
    expect(outcome).toMatchObject({ kind: 'consented', partner: partner.tenant })
    const after = await grantOf(stack, partner.tenant)
    expect(after).toMatchObject({
      generation: 2,
      status: 'active',
      consentedBy: partner.ada.objectId,
      audiences: JSON.stringify([audiences.graph]),
      displayName: partner.name,
      contact: 'admin@partner.example',
      invitation: before['invitation'],
    })
    expect(after['attempt']).not.toBe(before['attempt'])
    const days = (Date.parse(String(after['endsAt'])) - Date.now()) / dayMs
    expect(days).toBeCloseTo(100, 1)
    // Partner Center and Graph.
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(redeemed + 2)
    expect(await relay.callback(back)).toEqual(outcome)
    expect(await grantOf(stack, partner.tenant)).toMatchObject({ generation: 2 })
  })

  it('gives tokens again after Entra no longer took the old consent', async () => {
    const partner = await onboarded(stack)
    await rewriteGrant(stack, partner.tenant, () => ({ status: 'consent_needed' }))
    const pages = await pagesOf(partner)
    expect(pages.facts).toMatchObject({ status: 'consent_needed', canRenew: true })
    const outcome = await relay.callback(await renewing(relay, pages, partner.ada))
    expect(outcome).toMatchObject({ kind: 'consented' })
    expectIssued(await partner.ask())
  })

  it('by an administrator of the tenant makes her the person whose tokens are given', async () => {
    const partner = await onboarded(stack)
    const pages = await pagesOf(partner, partner.fay)
    const outcome = await relay.callback(await renewing(relay, pages, partner.fay))
    expect(outcome).toMatchObject({ kind: 'consented', consentedBy: partner.fay.name })
    expect(await grantOf(stack, partner.tenant)).toMatchObject({
      generation: 2,
      consentedBy: partner.fay.objectId,
    })
    expectIssued(await partner.ask())
  })

  it('by another person than who began it counts as hers: who may not, changes nothing', async () => {
    const partner = await onboarded(stack)
    const pages = await pagesOf(partner)
    const stored = await storedOf(stack, partner.tenant)
    const plain = { tenant: partner.tenant, grant_type: 'authorization_code' as const }
    const by = async (who: { username: string }) =>
      relay.callback(await renewing(relay, pages, who))
    expect(await by(partner.dan)).toMatchObject({ kind: 'not_yours' })
    const back = await renewing(relay, pages, partner.fay)
    await orderNext(stack, { ...plain, idTokenClaims: { wids: [randomUUID()] } })
    expect(await relay.callback(back)).toMatchObject({ kind: 'not_yours' })
    expect(await by(partner.eve)).toMatchObject({ kind: 'guest' })
    // An administrator, but Partner Center saw no MFA.
    expect(await by(partner.ben)).toMatchObject({ kind: 'mfa_missing' })
    expect(await storedOf(stack, partner.tenant)).toEqual(stored)
    expectIssued(await partner.ask())
  })

  it('needs the form of its own session', async () => {
    const partner = await onboarded(stack)
    const [one, other] = [await pagesOf(partner), await pagesOf(partner)]
    const { session } = one.form
    for (const csrf of [other.form.csrf, 'x', 'a'.repeat(64), session]) {
      expect(await relay.renew({ session, csrf })).toEqual({ kind: 'form_expired' })
    }
  })
})

describe('what an operator revoked', () => {
  it('is not renewed: the page says so, and no sign-in starts', async () => {
    const partner = await onboarded(stack)
    const pages = await pagesOf(partner)
    await revokeByOperator(partner.tenant)
    const { session } = pages.form
    expect(await relay.partner({ session })).toMatchObject({
      status: 'revoked',
      revokedBy: 'operator',
      canRenew: false,
      canWithdraw: false,
    })
    expect(await relay.renew(pages.form)).toEqual({ kind: 'not_renewable' })
  })

  it('while the partner was signing in to renew stays revoked, and nothing is stored', async () => {
    const partner = await onboarded(stack)
    const back = await renewing(relay, await pagesOf(partner), partner.ada)
    await revokeByOperator(partner.tenant)
    const row = await grantOf(stack, partner.tenant)
    expect(await relay.callback(back)).toMatchObject({ kind: 'not_renewable' })
    expect(await grantOf(stack, partner.tenant)).toEqual(row)
    expectRefusal(await partner.ask(), { code: 'grant_revoked', says: 'the operator' })
  })

  it('after the partner had withdrawn is not renewed either', async () => {
    const partner = await onboarded(stack)
    await withdrawing(relay, await pagesOf(partner))
    await revokeByOperator(partner.tenant)
    const pages = await pagesOf(partner)
    expect(pages.facts).toMatchObject({ revokedBy: 'operator', canRenew: false })
    expect(await relay.renew(pages.form)).toEqual({ kind: 'not_renewable' })
  })

  it('is onboarded again by a new invitation, and may be renewed from then on', async () => {
    const partner = await onboarded(stack)
    await revokeByOperator(partner.tenant)
    await onboard(stack, partner)
    const pages = await pagesOf(partner)
    expect(pages.facts).toMatchObject({ status: 'active', generation: 2, canRenew: true })
    const outcome = await relay.callback(await renewing(relay, pages, partner.ada))
    expect(outcome).toMatchObject({ kind: 'consented' })
    expect(await grantOf(stack, partner.tenant)).toMatchObject({ generation: 3 })
    expectIssued(await partner.ask())
  })
})

describe('the approval of the application', () => {
  it('is asked for at the invited tenant for every permission, and stores nothing', async () => {
    const partner = await ownPartner(stack)
    const { url } = await invite(stack, partner)
    const link = url.slice(url.lastIndexOf('/') + 1)
    const approval = await relay.approval({ link })
    if (approval.kind !== 'approval') throw new Error(approval.kind)
    const address = new URL(approval.address)
    expect(`${address.origin}${address.pathname}`).toBe(
      `${stack.entra}/${partner.tenant}/v2.0/adminconsent`,
    )
    const signIn = await relay.signIn({ link })
    if (signIn.kind !== 'started') throw new Error(signIn.kind)
    const asked = new URL(signIn.address).searchParams
    const scopes = asked.get('scope')?.split(' ') ?? []
    expect(address.searchParams.get('scope')?.split(' ').toSorted()).toEqual(
      scopes.filter((scope) => scope.startsWith('https:')).toSorted(),
    )
    expect(address.searchParams.get('client_id')).toBe(asked.get('client_id'))
    expect(address.searchParams.get('redirect_uri')).toBe(`${stack.onboarding}/consent/approved`)
    expect(address.searchParams.get('state')).toMatch(/^[\w-]{43}$/)
    expect(approval.address).not.toContain(link)
    await expectNothingStored(stack, partner.tenant)
  })

  it('by an administrator lets an agent without that right consent afterwards', async () => {
    const partner = await ownPartner(stack)
    const { url } = await invite(stack, partner)
    const link = url.slice(url.lastIndexOf('/') + 1)
    const approval = await relay.approval({ link })
    if (approval.kind !== 'approval') throw new Error(approval.kind)
    const back = await fetch(approval.address, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ username: partner.fay.username }),
    })
    expect(new URL(back.headers.get('location') ?? '').searchParams.get('admin_consent')).toBe(
      'True',
    )
    const signIn = await relay.signIn({ link })
    if (signIn.kind !== 'started') throw new Error(signIn.kind)
    const outcome = await relay.callback(await returned(signIn, partner.ada))
    expect(outcome).toMatchObject({ kind: 'consented' })
  })

  it('of a link that is unknown or used up is not offered', async () => {
    expect(await relay.approval({ link: 'A'.repeat(43) })).toEqual({ kind: 'invitation_unknown' })
  })
})
