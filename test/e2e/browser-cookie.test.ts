import type { Page } from 'playwright-core'
import { expect, inject, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { chromiumTabs, choose, outcomeOf, pressStart } from './support/chromium.ts'
import { expectNothingStored } from './support/consent-checks.ts'
import { invite } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'

const stack = inject('stack')
const tabs = chromiumTabs()
const { refusals, consented } = catalogues.en
const otherBrowser = refusals.other_browser({ operatorName: 'Contoso Marketplace B.V.' }).title

/** Rewrites the SameSite attribute of the attempt's cookie on its way to the browser. */
const withSameSite = async (page: Page, sameSite: string): Promise<void> => {
  await page.route('**/onboard/*', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    const response = await route.fetch({ maxRedirects: 0 })
    const headers = response.headers()
    const cookie = headers['set-cookie']?.replace(/SameSite=None/i, `SameSite=${sameSite}`) ?? ''
    expect(cookie).toContain(`SameSite=${sameSite}`)
    return route.fulfill({ response, headers: { ...headers, 'set-cookie': cookie } })
  })
}

const consentWith = async (sameSite: string) => {
  const partner = await ownPartner(stack)
  const page = await tabs.open()
  await withSameSite(page, sameSite)
  await pressStart(page, (await invite(stack, partner)).url)
  const cookies = await page.context().cookies()
  expect(cookies).toEqual([
    expect.objectContaining({
      name: expect.stringMatching(/^__Host-attempt-/),
      sameSite,
      secure: true,
      httpOnly: true,
      path: '/',
      domain: 'localhost',
    }),
  ])
  const posting = page.waitForRequest('**/consent/callback')
  await choose(page, partner.ada)
  const title = await outcomeOf(page)
  const { cookie } = await (await posting).allHeaders()
  return { partner, title, cookie }
}

it('the cookie with SameSite=None arrives at the form post from Entra, which is another site', async () => {
  const { title, cookie } = await consentWith('None')
  expect(cookie).toMatch(/^__Host-attempt-/)
  expect(title).toBe(consented.title)
})

it.each([['Lax'], ['Strict']])(
  'with SameSite=%s it would stay behind, and no administrator could ever consent',
  async (sameSite) => {
    const { partner, title, cookie } = await consentWith(sameSite)
    expect(cookie).toBeUndefined()
    expect(title).toBe(otherBrowser)
    await expectNothingStored(stack, partner.tenant)
  },
)
