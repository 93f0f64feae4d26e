import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { chromiumTabs, choose, complaintsOf } from './support/chromium.ts'
import { onboarded, type Onboarded } from './support/issuing.ts'
import { ownPartner } from './support/own-partner.ts'
import { cookieIn, press, signInFromRenew, textIn, titleOf } from './support/partner-tab.ts'
import { grantRow, letExpire, rowsWhere } from './support/stored-rows.ts'
import { storeUsage } from './support/stored-usage.ts'

const stack = inject('stack')
const tabs = chromiumTabs()
const { en, nl } = catalogues
const facts = { operatorName: 'Contoso Marketplace B.V.' }
const sessionCookie = '__Host-session'

let partner: Onboarded

beforeAll(async () => {
  partner = await onboarded(stack)
})

const signedIn = async (own: Onboarded, who = own.ada, page?: Page): Promise<Page> => {
  const tab = page ?? (await tabs.open())
  await signInFromRenew(tab, stack, { tenant: own.tenant, who })
  expect(new URL(tab.url()).pathname).toBe('/partner')
  return tab
}

describe('a partner’s administrator in Chromium', () => {
  it('signs in from the link to renew, and sees what is held', async () => {
    const page = await tabs.open()
    const complaints = complaintsOf(page)
    await signedIn(partner, partner.ada, page)
    expect(await titleOf(page)).toBe(en.partner.title)
    const text = await textIn(page)
    for (const fact of [
      partner.tenant,
      partner.ada.name,
      partner.ada.objectId,
      'Microsoft Partner Center',
      en.partnerStatus.active.name,
    ]) {
      expect(text).toContain(fact)
    }
    const cookie = await cookieIn(page, sessionCookie)
    expect(cookie).toMatchObject({
      sameSite: 'Lax',
      secure: true,
      httpOnly: true,
      path: '/',
      domain: 'localhost',
    })
    const left = (cookie?.expires ?? 0) - Date.now() / 1000
    expect(left).toBeGreaterThan(800)
    expect(left).toBeLessThanOrEqual(900)
    expect(await page.content()).not.toContain(cookie?.value)
    expect(page.url()).not.toContain(cookie?.value)
    expect(complaints).toEqual([])
  })

  it('sees what was done in her name, with what callers wrote as text', async () => {
    const own = await onboarded(stack)
    const audience = 'https://graph.microsoft.com'
    const evil = `"><img src=x onerror=alert(1)>`
    const lines = [
      { audience, purpose: 'licence-sync', customer: own.customer.tenant, tokens: 40 },
      { audience, purpose: '<b>orders</b>', customer: evil, tokens: 1234 },
    ]
    await storeUsage(stack, { partner: own.tenant, lines })
    await storeUsage(stack, { partner: own.tenant, lines: lines.slice(0, 1), hoursAgo: 50 })
    await storeUsage(stack, {
      partner: partner.tenant,
      lines: [{ audience, purpose: 'other', tokens: 99 }],
    })
    const page = await signedIn(own)
    const rows = await page.locator('section:has(#usage) > table tbody tr').allInnerTexts()
    expect(rows.map((row) => row.split(/\s*\t\s*/))).toEqual([
      ['Microsoft Graph', '<b>orders</b>', evil, '1,234'],
      ['Microsoft Graph', 'licence-sync', own.customer.tenant, '80'],
    ])
    expect(await page.locator('main img, main b').count()).toBe(0)
    expect(await textIn(page)).not.toContain(en.partner.record.unused)
  })

  it('finds her page by her tenant ID, typed wrong at first', async () => {
    const page = await tabs.open()
    await page.goto(`${stack.onboarding}/partner`)
    await page.getByLabel(en.partnerSignIn.signIn.tenant).fill('contoso.example')
    await press(page, '/partner')
    expect(await textIn(page)).toContain(en.partnerSignIn.signIn.tenantWrong)
    await page.getByLabel(en.partnerSignIn.signIn.tenant).fill(partner.tenant.toUpperCase())
    await press(page, '/partner')
    await choose(page, partner.ada)
    await page.waitForURL('**/partner')
    expect(await textIn(page)).toContain(partner.tenant)
  })

  it('renews: the next generation is stored, and her page tells of it', async () => {
    const own = await onboarded(stack)
    const page = await signedIn(own)
    await press(page, '/partner/renew')
    await choose(page, own.ada)
    await page.waitForURL('**/consent/callback')
    expect(await titleOf(page)).toBe(en.consented.title)
    expect(await grantRow(stack, own.tenant)).toMatchObject({ generation: 2 })
    await page.goto(`${stack.onboarding}/partner`)
    expect(await textIn(page)).toContain(en.partnerStatus.active.name)
  })

  it('withdraws only once her tenant ID is typed, and is signed out with it', async () => {
    const own = await onboarded(stack)
    const page = await signedIn(own)
    await page.getByLabel(en.withdraw.field).fill(own.customer.tenant)
    await press(page, '/partner/withdraw')
    expect(await textIn(page)).toContain(en.withdraw.wrong)
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('confirmation')
    await expect.poll(() => page.evaluate('scrollY')).toBeGreaterThan(0)
    expect(await grantRow(stack, own.tenant)).toMatchObject({ status: 'active' })

    await page.getByLabel(en.withdraw.field).fill(own.tenant)
    await press(page, '/partner/withdraw')
    expect(await titleOf(page)).toBe(en.withdraw.done.title)
    expect(await textIn(page)).toContain(en.withdraw.remove.title)
    expect(await grantRow(stack, own.tenant)).toMatchObject({
      status: 'revoked',
      revokedBy: 'partner',
    })
    expect(await cookieIn(page, sessionCookie)).toBeUndefined()

    await signedIn(own, own.ada, page)
    expect(await textIn(page)).toContain(en.partnerStatus.revokedByPartner.name)
    expect(await page.locator('form[action="/partner/withdraw"]').count()).toBe(0)
  })

  it('signs out, and the page is closed to this browser', async () => {
    const page = await signedIn(partner)
    const secret = (await cookieIn(page, sessionCookie))?.value ?? ''
    await press(page, '/partner/sign-out')
    expect(await titleOf(page)).toBe(en.partnerNotices.signed_out.title)
    expect(await cookieIn(page, sessionCookie)).toBeUndefined()
    await page.goto(`${stack.onboarding}/partner`)
    expect(await textIn(page)).not.toContain(partner.ada.objectId)
    const cookie = `${sessionCookie}=${secret}`
    const again = await fetch(`${stack.onboarding}/partner`, { headers: { cookie } })
    expect(await again.text()).not.toContain(partner.ada.objectId)
  })

  it('downloads her receipt, in her language', async () => {
    const page = await tabs.open({ locale: 'nl-NL' })
    await signedIn(partner, partner.ada, page)
    expect(await titleOf(page)).toBe(nl.partner.title)
    const downloading = page.waitForEvent('download')
    await page.getByText(nl.partner.record.receipt).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe(`toestemmingsbewijs-${partner.tenant}.txt`)
    const text = readFileSync(await download.path(), 'utf8')
    expect(text).toContain(nl.receipt.title)
    expect(text).toContain(partner.ada.objectId)
    const cookie = await cookieIn(page, sessionCookie)
    expect(text).not.toContain(cookie?.value)
  })

  it('without JavaScript signs in and renews all the same', async () => {
    const own = await onboarded(stack)
    const page = await tabs.open({ javaScriptEnabled: false })
    await page.goto(`${stack.onboarding}/renew/${own.tenant}`)
    await press(page, null)
    await choose(page, own.ada)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/partner')
    await press(page, '/partner/renew')
    await choose(page, own.ada)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/consent/callback')
    expect(await titleOf(page)).toBe(en.consented.title)
  })

  it('sees a page that fits a telephone', async () => {
    const page = await tabs.open({ viewport: { width: 320, height: 600 } })
    await signedIn(partner, partner.ada, page)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  })
})

describe('two tabs of one browser', () => {
  it('share the latest session; a form of the one before changes nothing and says so', async () => {
    const first = await signedIn(partner)
    const second = await first.context().newPage()
    await signedIn(partner, partner.fay, second)
    await press(first, '/partner/sign-out')
    expect(await titleOf(first)).toBe(en.partnerNotices.form_expired.title)
    await second.reload()
    expect(await textIn(second)).toContain(partner.fay.name)
  })
})

describe('who is kept out in Chromium', () => {
  it('a person who neither consented nor administers the tenant', async () => {
    const page = await tabs.open()
    await signInFromRenew(page, stack, { tenant: partner.tenant, who: partner.dan })
    expect(await titleOf(page)).toBe(en.refusals.not_yours(facts).title)
    expect(await cookieIn(page, sessionCookie)).toBeUndefined()
  })

  it('an administrator whose organisation has no consent, by the very same page', async () => {
    const stranger = await ownPartner(stack)
    const page = await tabs.open()
    await signInFromRenew(page, stack, { tenant: stranger.tenant, who: stranger.ada })
    expect(await titleOf(page)).toBe(en.refusals.not_yours(facts).title)
  })

  it('whoever is not signed in, or whose session is over', async () => {
    const page = await signedIn(partner)
    const secret = (await cookieIn(page, sessionCookie))?.value
    const rows = await rowsWhere(stack, 'sessions', ['partner', partner.tenant])
    await Promise.all(rows.map((row) => letExpire(stack, 'sessions', row)))
    await press(page, '/partner/renew')
    expect(await textIn(page)).toContain(en.partnerSignIn.ended.form)
    expect(secret).toBeDefined()
    expect(await cookieIn(page, sessionCookie)).toBeUndefined()
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ generation: 1 })
  })

  it('a form with the token of another session', async () => {
    const page = await signedIn(partner)
    await page.evaluate(
      'for (const field of document.getElementsByName("csrf")) field.value = "x".repeat(43)',
    )
    await page.getByLabel(en.withdraw.field).fill(partner.tenant)
    await press(page, '/partner/withdraw')
    expect(await titleOf(page)).toBe(en.partnerNotices.form_expired.title)
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ status: 'active' })
  })

  it.each(['renew', 'withdraw', 'sign-out'])(
    'another site, which cannot post the form to %s in her name',
    async (form) => {
      const page = await signedIn(partner)
      const action = `${stack.onboarding}/partner/${form}`
      await page.route('https://evil.example/', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<form method="post" action="${action}"><input name="csrf" value="x"><button>go</button></form>`,
        }),
      )
      await page.goto('https://evil.example/')
      const posting = page.waitForRequest(action)
      await page.getByRole('button').click()
      expect((await (await posting).allHeaders())['cookie'] ?? '').not.toContain(sessionCookie)
      await page.waitForURL(action)
      expect(await titleOf(page)).toBe(en.refusals.cross_site(facts).title)
      expect(await cookieIn(page, sessionCookie)).toBeDefined()
    },
  )
})
