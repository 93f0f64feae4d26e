import { expect, inject, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { chromiumTabs, choose, complaintsOf, outcomeOf, pressStart } from './support/chromium.ts'
import { expectNothingStored, invitationStatus } from './support/consent-checks.ts'
import { invite } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { cookieIn, press, textIn, titleOf } from './support/partner-tab.ts'

const stack = inject('stack')
const tabs = chromiumTabs()
const { en } = catalogues

const invited = async () => {
  const partner = await ownPartner(stack)
  const { id, url } = await invite(stack, partner)
  return { partner, id, url, path: new URL(url).pathname }
}

it('an administrator approves first, comes back to the invitation, and consents by it', async () => {
  const { partner, id, url, path } = await invited()
  const page = await tabs.open()
  const complaints = complaintsOf(page)
  await page.goto(url)
  const asking = page.waitForRequest('**/adminconsent?**')
  await press(page, `${path}/approve`)
  expect((await (await asking).allHeaders())['referer']).toBeUndefined()
  expect(new URL(page.url()).pathname).toBe(`/${partner.tenant}/v2.0/adminconsent`)
  await choose(page, partner.ada)
  await page.waitForURL('**/consent/approved?**')
  expect(await titleOf(page)).toBe(en.approval.back.title)
  expect(await invitationStatus(stack, id)).toBe('open')
  await expectNothingStored(stack, partner.tenant)

  await page.getByText(en.approval.goBack).click()
  await page.waitForURL(url)
  await pressStart(page, url)
  await choose(page, partner.ada)
  expect(await outcomeOf(page)).toBe(en.consented.title)
  expect(complaints).toEqual([])
})

it('who may not approve, or cancels, reads so, and goes back to the invitation', async () => {
  const { partner, url, path } = await invited()
  const page = await tabs.open()
  await page.goto(url)
  await press(page, `${path}/approve`)
  await choose(page, partner.dan)
  await page.waitForURL('**/consent/approved?**')
  expect(await titleOf(page)).toBe(en.approval.refused.title)
  expect(await textIn(page)).toContain(en.microsoftErrors.AADSTS90094)

  await page.getByText(en.approval.goBack).click()
  await press(page, `${path}/approve`)
  await page.locator('button[name=cancel]').click()
  await page.waitForURL('**/consent/approved?**')
  expect(await titleOf(page)).toBe(en.approval.refused.title)
})

it('another browser, to which the answer was sent on, is told to open the link again', async () => {
  const page = await tabs.open()
  await page.goto(`${stack.onboarding}/consent/approved?admin_consent=True&state=/evil`)
  expect(await textIn(page)).toContain(en.approval.noInvitation)
  expect(await page.locator('main a').count()).toBe(0)
})

it('the browser keeps the invitation for half an hour, where no script reads it', async () => {
  const { url, path } = await invited()
  const page = await tabs.open()
  await page.goto(url)
  await press(page, `${path}/approve`)
  await page.locator('button[name=cancel]').waitFor()
  const cookie = await cookieIn(page, '__Host-invitation')
  expect(cookie).toMatchObject({ sameSite: 'Lax', secure: true, httpOnly: true, path: '/' })
  expect((cookie?.expires ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(1800)
})
