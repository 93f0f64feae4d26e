import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'

const launch = () =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })

type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>

/** Opens tabs, each in a browser profile of its own; profiles end with the test, Chromium with the file. */
export const chromiumTabs = (): { open: (options?: ContextOptions) => Promise<Page> } => {
  let browser: Browser | undefined
  let contexts: BrowserContext[] = []
  beforeAll(async () => {
    browser = await launch()
  })
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
  })
  afterAll(() => browser?.close())
  return {
    open: async (options = {}) => {
      if (!browser) throw new Error('Chromium does not run')
      const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options })
      contexts.push(context)
      return context.newPage()
    },
  }
}

/** Collects what a tab complains of from here on: errors on the console, in scripts, and of the CSP. */
export const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) =>
    complaints.push(`${request.url()} ${request.failure()?.errorText}`),
  )
  return complaints
}

/** Opens the invitation and presses its first button, which leads to the choice at Entra. */
export const pressStart = async (page: Page, url: string): Promise<void> => {
  await page.goto(url)
  await page.locator('main form:not([action$="/approve"]) button[type=submit]').click()
  await page.locator('button[name=cancel]').waitFor()
}

/** Chooses a person on Entra's page. */
export const choose = async (page: Page, { username }: { username: string }): Promise<void> =>
  page.locator(`button[name=username][value="${username}"]`).click()

/** Waits for the page with the outcome, and gives its title. */
export const outcomeOf = async (page: Page): Promise<string> => {
  await page.waitForURL('**/consent/callback')
  return (await page.locator('h1').textContent()) ?? ''
}
