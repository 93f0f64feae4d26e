import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { askToken, type Caller } from './support/ask-token.ts'
import { expectConsented, expectRefusal, invitationStatus } from './support/consent-checks.ts'
import { consent, openPage, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { audiences, invite, permittedCaller } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { textOf } from './support/read-page.ts'
import { redemptions, secretsWritten } from './support/recorded.ts'
import { grantRow } from './support/stored-rows.ts'

const stack = inject('stack')

let caller: Caller

beforeAll(async () => {
  caller = await permittedCaller(stack)
})

afterEach(() => clearFaults(stack.tables))

/** Holds writes back, so that all who race have read before the first of them writes. */
const slowDown = (match: Record<string, string>) =>
  addFault(stack.tables, { match, delayMs: 400, times: 3 })

describe('a consent', () => {
  it('is proven on every audience, stored as generation 1, and gives tokens', async () => {
    const partner = await ownPartner(stack)
    const { id, url } = await invite(stack, partner, { consentTermDays: 100 })
    expectConsented(await consent(url, partner.ada))
    const row = await grantRow(stack, partner.tenant)
    expect(row).toMatchObject({
      generation: 1,
      status: 'active',
      consentedBy: partner.ada.objectId,
      invitation: id,
      displayName: partner.name,
      audiences: JSON.stringify(Object.values(audiences)),
    })
    const days = (Date.parse(String(row?.['endsAt'])) - Date.now()) / (24 * 3600_000)
    expect(days).toBeCloseTo(100, 1)
    expect(await redemptions(stack, partner.tenant, 'authorization_code')).toBe(1)
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(3)
    for (const audience of Object.values(audiences)) {
      const { status } = await askToken(stack, { caller, partner: partner.tenant, audience })
      expect(status).toBe(200)
    }
  })

  it('shows who consented to what until when, and how to renew', async () => {
    const partner = await ownPartner(stack)
    const { html, headers } = await consent((await invite(stack, partner)).url, partner.ada)
    const text = textOf(html)
    for (const fact of [
      partner.name,
      partner.tenant,
      partner.ada.name,
      'a9900000-0000-4000-8000-000000000001',
      'User.Read.All',
      `${stack.onboarding}/renew/${partner.tenant}`,
      headers.get('x-correlation-id') ?? 'none',
    ]) {
      expect(text).toContain(fact)
    }
    const endsAt = String((await grantRow(stack, partner.tenant))?.['endsAt'])
    expect(html).toContain(`datetime="${endsAt}"`)
    expect(headers.getSetCookie()).toEqual([])
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('is shown in Dutch to who prefers Dutch', async () => {
    const partner = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, partner)).url)
    const posted = await signIn(started, partner.ada)
    const { cookie } = started
    const page = await postCallback(posted, { cookie, headers: { 'accept-language': 'nl' } })
    expect(page.heading).toBe(catalogues.nl.consented.title)
  })

  it('for fewer audiences gives tokens for those only', async () => {
    const partner = await ownPartner(stack)
    const more = { audiences: [audiences.partnerCenter] }
    expectConsented(await consent((await invite(stack, partner, more)).url, partner.ada))
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(1)
    const ask = { caller, partner: partner.tenant, audience: audiences.graph }
    expect(await askToken(stack, ask)).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    })
  })

  it('uses its invitation up: the page does not open again, nor does a sign-in start', async () => {
    const partner = await ownPartner(stack)
    const { id, url } = await invite(stack, partner)
    await consent(url, partner.ada)
    expect(await invitationStatus(stack, id)).toBe('used')
    expectRefusal(await openPage(url), ['invitation_used', 410])
    expect((await fetch(url, { method: 'POST', redirect: 'manual' })).status).toBe(410)
  })
})

describe('a renewal by a new invitation', () => {
  it('makes generation 2, and the tokens of before stay good', async () => {
    const partner = await ownPartner(stack)
    await consent((await invite(stack, partner)).url, partner.ada)
    const ask = { caller, partner: partner.tenant, audience: audiences.graph }
    const before = await askToken(stack, ask)
    const { id, url } = await invite(stack, partner)
    expectConsented(await consent(url, partner.fay))
    expect(await grantRow(stack, partner.tenant)).toMatchObject({
      generation: 2,
      consentedBy: partner.fay.objectId,
      invitation: id,
    })
    expect(await secretsWritten(stack, partner.tenant)).toBe(2)
    const headers = { authorization: `Bearer ${before.body.access_token}` }
    const asked = await fetch(`${stack.apis.graph}/v1.0/me`, { headers })
    expect(asked.status).toBe(200)
    expect((await askToken(stack, ask)).status).toBe(200)
  })
})

describe('the same callback again', () => {
  it('shows the same outcome and does nothing', async () => {
    const partner = await ownPartner(stack)
    const first = await consent((await invite(stack, partner)).url, partner.ada)
    const row = await grantRow(stack, partner.tenant)
    const again = await postCallback(first.posted, first.started)
    expectConsented(again)
    expect(textOf(again.html)).toContain(partner.ada.name)
    expect(await grantRow(stack, partner.tenant)).toEqual(row)
    expect(await redemptions(stack, partner.tenant, 'authorization_code')).toBe(1)
  })

  it('at the same time shows the same outcome, with one redemption of the code', async () => {
    const partner = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, partner)).url)
    const posted = await signIn(started, partner.ada)
    await slowDown({ table: 'attempts', method: 'PUT' })
    const pages = await Promise.all([1, 2, 3].map(() => postCallback(posted, started)))
    for (const page of pages) expectConsented(page)
    expect(await redemptions(stack, partner.tenant, 'authorization_code')).toBe(1)
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ generation: 1 })
  })

  it('of a refused sign-in shows the same refusal, even when it now says something else', async () => {
    const partner = await ownPartner(stack)
    const { url } = await invite(stack, partner)
    const refused = await consent(url, 'cancel')
    expectRefusal(refused, ['signin_cancelled', 400])
    const { code = '' } = (await signIn(await startSignIn(url), partner.ada)).fields
    const { state = '' } = refused.posted.fields
    const forged = { action: refused.posted.action, fields: { code, state } }
    expectRefusal(await postCallback(forged, refused.started), ['signin_cancelled', 400])
    expect(await grantRow(stack, partner.tenant)).toBeUndefined()
  })
})

describe('two browsers with one invitation at once', () => {
  it('make one consent, and the other one reads that the invitation was used', async () => {
    const partner = await ownPartner(stack)
    const { id, url } = await invite(stack, partner)
    const people = [partner.ada, partner.fay]
    const browsers = await Promise.all(
      people.map(async (who) => {
        const started = await startSignIn(url)
        return { started, posted: await signIn(started, who) }
      }),
    )
    await slowDown({ table: 'grants', method: 'POST' })
    const pages = await Promise.all(
      browsers.map(({ started, posted }) => postCallback(posted, started)),
    )
    const [won, lost] = pages.toSorted((a, b) => a.status - b.status)
    if (!won || !lost) throw new Error('two pages')
    expectConsented(won)
    expectRefusal(lost, ['invitation_used', 410])
    const winner = people[pages.indexOf(won)]
    expect(await grantRow(stack, partner.tenant)).toMatchObject({
      generation: 1,
      consentedBy: winner?.objectId,
    })
    expect(await invitationStatus(stack, id)).toBe('used')
  })

  it('each have a cookie of their own, so that two tabs of one browser do not disturb each other', async () => {
    const partner = await ownPartner(stack)
    const [first, second] = [await invite(stack, partner), await invite(stack, partner)]
    const [one, other] = [await startSignIn(first.url), await startSignIn(second.url)]
    const cookie = `${one.cookie}; ${other.cookie}`
    expectConsented(await postCallback(await signIn(one, partner.ada), { cookie }))
    expectConsented(await postCallback(await signIn(other, partner.ada), { cookie }))
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ generation: 2 })
  })
})
