import type { Page } from 'playwright-core'
import type { ProvidedStack } from './global-setup.ts'
import { choose } from './chromium.ts'

type Who = { username: string }

/** Presses the button of a form, by where the form posts to; `null`: the page's own address. */
export const press = (page: Page, action: string | null): Promise<void> =>
  page
    .locator(action === null ? 'main form:not([action])' : `main form[action="${action}"]`)
    .locator('button')
    .click()

/** Signs in from the link to renew; ends on whatever page that leads to. */
export const signInFromRenew = async (
  page: Page,
  { onboarding }: ProvidedStack,
  { tenant, who }: { tenant: string; who: Who },
): Promise<void> => {
  await page.goto(`${onboarding}/renew/${tenant}`)
  await press(page, null)
  await page.locator('button[name=cancel]').waitFor()
  await choose(page, who)
  await page.waitForURL(/\/(partner|consent\/callback)$/)
}

/** The page's title, as it stands in its first heading. */
export const titleOf = async (page: Page): Promise<string> =>
  (await page.locator('h1').textContent()) ?? ''

/** The text of the page's main column, in one line. */
export const textIn = async (page: Page): Promise<string> =>
  (await page.locator('main').innerText()).replace(/\s+/g, ' ')

/** The value of this host's cookie of that name, in this browser. */
export const cookieIn = async (page: Page, name: string) =>
  (await page.context().cookies()).find((cookie) => cookie.name === name)
