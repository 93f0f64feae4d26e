import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Relay } from '../../shared/broker/relay.ts'
import { orderNext } from './support/entra-controls.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { recorded } from './support/recorded.ts'
import { openPages, relayOf, returned, signInToPages, type OpenPages } from './support/relay.ts'
import { grantOf, rewriteGrant } from './support/stored-grant.ts'
import { letExpire, rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')

let relay: Relay
let partner: Onboarded

beforeAll(async () => {
  relay = await relayOf(stack)
  partner = await onboarded(stack)
})

const pageOf = ({ form: { session } }: OpenPages) => ({ session })
const signIn = (who: { username: string } | 'cancel') => signInToPages(relay, partner.tenant, who)

describe('the sign-in to a partner’s own pages', () => {
  it('asks Entra who it is and for nothing else: no lasting access, no refresh token', async () => {
    const { address, ...started } = await relay.partnerSignIn({ partner: partner.tenant })
    const asked = new URL(address)
    expect(asked.pathname).toBe(`/${partner.tenant}/oauth2/v2.0/authorize`)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      response_mode: 'form_post',
      redirect_uri: `${stack.onboarding}/consent/callback`,
      scope: 'openid profile',
      prompt: 'select_account',
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/^.{43}$/),
    })
    const outcome = await relay.callback(await returned({ address, ...started }, partner.ada))
    expect(outcome).toEqual({ kind: 'signed_in', session: expect.stringMatching(/^[\w-]{43}$/) })
    const redeemed = await recorded(stack.entra, `/${partner.tenant}/oauth2/v2.0/token`)
    const codes = redeemed.filter(({ form }) => form['grant_type'] === 'authorization_code')
    expect(codes.at(-1)).toMatchObject({ status: 200, form: { scope: 'openid profile' } })
  })

  it('starts for any tenant in the same way, and says nothing of those it does not know', async () => {
    const unknown = await ownPartner(stack)
    const { kind } = await relay.partnerSignIn({ partner: randomUUID() })
    expect(kind).toBe('started')
    const refusal = { kind: 'not_yours', begunAt: 'own_page' }
    expect(await signInToPages(relay, unknown.tenant, unknown.ada)).toEqual(refusal)
    expect(await signIn(partner.dan)).toEqual(refusal)
  })

  it('lets in who consented, whatever her roles, and an administrator of that tenant', async () => {
    const byAda = await openPages(relay, partner.tenant, partner.ada)
    expect(byAda.facts.person).toEqual({ name: partner.ada.name, isConsenter: true })
    const byFay = await openPages(relay, partner.tenant, partner.fay)
    expect(byFay.facts.person).toEqual({ name: partner.fay.name, isConsenter: false })
    const plain = { tenant: partner.tenant, grant_type: 'authorization_code' as const }
    await orderNext(stack, { ...plain, idTokenClaims: { wids: [] } })
    expect(await signIn(partner.ada)).toMatchObject({ kind: 'signed_in' })
    await orderNext(stack, { ...plain, idTokenClaims: { wids: [] } })
    expect(await signIn(partner.fay)).toMatchObject({ kind: 'not_yours' })
  })

  it('refuses a guest, even one who says that she is an administrator', async () => {
    const wids = ['62e90394-69f5-4237-9190-012177145e10']
    const order = { tenant: partner.tenant, grant_type: 'authorization_code' as const }
    await orderNext(stack, { ...order, idTokenClaims: { wids } })
    expect(await signIn(partner.eve)).toMatchObject({
      kind: 'guest',
      invitedTenant: partner.tenant,
      homeTenant: partner.eve.tenant,
    })
  })

  it('refuses an ID token of another tenant, another nonce, or no home account', async () => {
    const order = { tenant: partner.tenant, grant_type: 'authorization_code' as const }
    for (const idTokenClaims of [{ tid: randomUUID() }, { nonce: 'another' }, { oid: null }]) {
      await orderNext(stack, { ...order, idTokenClaims })
      expect(await signIn(partner.ada)).toMatchObject({ kind: 'id_token_invalid' })
    }
    await orderNext(stack, { ...order, clientInfo: null })
    expect(await signIn(partner.ada)).toMatchObject({ kind: 'account_mismatch' })
  })

  it('that is cancelled, or comes back in another browser, opens nothing', async () => {
    expect(await signIn('cancel')).toEqual({ kind: 'signin_cancelled', begunAt: 'own_page' })
    const started = await relay.partnerSignIn({ partner: partner.tenant })
    const { browser: _, ...other } = await returned(started, partner.ada)
    expect(await relay.callback(other)).toEqual({ kind: 'other_browser' })
  })

  it('shows the same again to a browser that repeats the callback, without a second session', async () => {
    const started = await relay.partnerSignIn({ partner: partner.tenant })
    const back = await returned(started, partner.ada)
    const [first, ...others] = await Promise.all([relay.callback(back), relay.callback(back)])
    const outcomes = [first, ...others, await relay.callback(back)]
    const sessions = outcomes.filter((one) => one?.kind === 'signed_in' && 'session' in one)
    expect(outcomes.map((one) => one?.kind)).toEqual(['signed_in', 'signed_in', 'signed_in'])
    expect(sessions).toHaveLength(1)
  })

  it('leaves no secret in a row', async () => {
    const started = await relay.partnerSignIn({ partner: partner.tenant })
    const outcome = await relay.callback(await returned(started, partner.ada))
    const secret = outcome.kind === 'signed_in' ? (outcome.session ?? '') : ''
    expect(secret).not.toBe('')
    const rows = [
      ...(await rowsWhere(stack, 'sessions', ['partner', partner.tenant])),
      ...(await rowsWhere(stack, 'attempts', ['partner', partner.tenant])),
    ]
    expect(JSON.stringify(rows)).not.toContain(secret)
    const own = rows.find(({ rowKey }) => rowKey === started.attempt)
    expect(own).toMatchObject({ kind: 'partner', outcome: '{"kind":"signed_in"}', nonce: '' })
  })
})

describe('what a partner sees', () => {
  it('is who consented to what, when, until when, and how to withdraw; and no secret', async () => {
    const own = await onboarded(stack)
    const { facts } = await openPages(relay, own.tenant, own.ada)
    const row = await grantOf(stack, own.tenant)
    // Through when the roll-up reaches depends on whether a timer has run in this stack.
    const { usageThrough: _, ...shown } = Object(facts)
    expect(shown).toEqual({
      kind: 'partner',
      csrf: expect.stringMatching(/^[0-9a-f]{64}$/),
      partner: own.tenant,
      displayName: own.name,
      person: { name: own.ada.name, isConsenter: true },
      status: 'active',
      generation: 1,
      consentedBy: own.ada.objectId,
      consentedAt: Date.parse(String(row['consentedAt'])),
      rotatedAt: expect.closeTo(Date.now(), -5),
      audiences: Object.values(audiences).map((resource) => ({
        resource,
        permissions: expect.arrayContaining([expect.stringMatching(/\w/)]),
      })),
      endsAt: Date.parse(String(row['endsAt'])),
      endsBecause: 'consent_term',
      canRenew: true,
      canWithdraw: true,
      confirmation: own.tenant,
      app: expect.objectContaining({ clientId: row['app'] }),
      addresses: [],
      usage: [],
    })
    expect(JSON.stringify(facts)).not.toContain(
      String(JSON.parse(String(row['sealed'])).secretVersion),
    )
  })

  it('is when a token was last issued in her name', async () => {
    expectIssued(await partner.ask())
    const { facts } = await openPages(relay, partner.tenant, partner.ada)
    expect(facts.lastUsedAt).toBeCloseTo(Date.now(), -5)
  })

  it('is nothing without a session, with an invented one, or with one that is over', async () => {
    const signedOut = { kind: 'signed_out' }
    expect(await relay.partner({ session: 'A'.repeat(43) })).toEqual(signedOut)
    const own = await onboarded(stack)
    const pages = await openPages(relay, own.tenant, own.ada)
    const [row] = await rowsWhere(stack, 'sessions', ['partner', own.tenant])
    await letExpire(stack, 'sessions', row)
    expect(await relay.partner({ session: pages.form.session })).toEqual(signedOut)
    expect(await relay.renew(pages.form)).toEqual(signedOut)
    expect(await relay.signOut(pages.form)).toEqual(signedOut)
  })

  it('is nothing any more for who consented once another person has, unless she is an administrator', async () => {
    const own = await onboarded(stack)
    const order = { tenant: own.tenant, grant_type: 'authorization_code' as const }
    await orderNext(stack, { ...order, idTokenClaims: { wids: [] } })
    const byAda = await openPages(relay, own.tenant, own.ada)
    const byFay = await openPages(relay, own.tenant, own.fay)
    await rewriteGrant(stack, own.tenant, () => ({ consentedBy: randomUUID() }))
    expect(await relay.partner(pageOf(byAda))).toEqual({ kind: 'signed_out' })
    expect(await relay.partner(pageOf(byFay))).toMatchObject({ kind: 'partner' })
  })

  it('is nothing after signing out; a form of another session signs nobody out', async () => {
    const one = await openPages(relay, partner.tenant, partner.ada)
    const other = await openPages(relay, partner.tenant, partner.ada)
    const forged = { session: one.form.session, csrf: other.form.csrf }
    expect(await relay.signOut(forged)).toEqual({ kind: 'form_expired' })
    expect(await relay.partner(pageOf(one))).toMatchObject({ kind: 'partner' })
    expect(await relay.signOut(one.form)).toEqual({ kind: 'signed_out' })
    expect(await relay.partner(pageOf(one))).toEqual({ kind: 'signed_out' })
    expect(await relay.partner(pageOf(other))).toMatchObject({ kind: 'partner' })
  })
})
