import { beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { invitationStatus } from './support/consent-checks.ts'
import { chromiumTabs, choose, complaintsOf, outcomeOf, pressStart } from './support/chromium.ts'
import { invite } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { grantRow } from './support/stored-rows.ts'

const stack = inject('stack')
const tabs = chromiumTabs()
const { en, nl } = catalogues
const facts = { operatorName: 'Contoso Marketplace B.V.' }

let partner: OwnPartner

beforeAll(async () => {
  partner = await ownPartner(stack)
})

describe('an administrator in Chromium', () => {
  it('reads the page, presses its button, chooses herself at Entra on another site, and has consented', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    const page = await tabs.open()
    const complaints = complaintsOf(page)
    await pressStart(page, url)
    expect(new URL(page.url()).hostname).toBe('127.0.0.1')
    expect(new URL(page.url()).pathname).toBe(`/${own.tenant}/oauth2/v2.0/authorize`)

    const posting = page.waitForRequest('**/consent/callback')
    await choose(page, own.ada)
    expect(await outcomeOf(page)).toBe(en.consented.title)
    const headers = await (await posting).allHeaders()
    expect(headers['sec-fetch-site']).toBe('cross-site')
    expect(headers['cookie']).toMatch(/^__Host-attempt-[0-9a-f]{32}=[A-Za-z0-9_-]{43}$/)
    expect(headers['referer'] ?? '').not.toContain('/onboard/')
    expect(await grantRow(stack, own.tenant)).toMatchObject({ consentedBy: own.ada.objectId })
    expect(complaints).toEqual([])
  })

  it('never gives her link to Entra as a referrer', async () => {
    const { url } = await invite(stack, partner)
    const page = await tabs.open()
    const authorizing = page.waitForRequest('**/authorize?**')
    await pressStart(page, url)
    const headers = await (await authorizing).allHeaders()
    expect(headers['referer']).toBeUndefined()
  })

  it('who cancels reads so, and comes back by the same link', async () => {
    const own = await ownPartner(stack)
    const { id, url } = await invite(stack, own)
    const page = await tabs.open()
    await pressStart(page, url)
    await page.locator('button[name=cancel]').click()
    expect(await outcomeOf(page)).toBe(en.refusals.signin_cancelled(facts).title)
    expect(await invitationStatus(stack, id)).toBe('open')
    await pressStart(page, url)
    await choose(page, own.ada)
    expect(await outcomeOf(page)).toBe(en.consented.title)
  })

  it('with two tabs signs in to both, each with its own cookie', async () => {
    const [one, other] = [await ownPartner(stack), await ownPartner(stack)]
    const first = await tabs.open()
    const second = await first.context().newPage()
    await pressStart(first, (await invite(stack, one)).url)
    await pressStart(second, (await invite(stack, other)).url)
    await choose(first, one.ada)
    expect(await outcomeOf(first)).toBe(en.consented.title)
    await choose(second, other.ada)
    expect(await outcomeOf(second)).toBe(en.consented.title)
  })

  it('who reloads the outcome sees it again, and nothing is done twice', async () => {
    const own = await ownPartner(stack)
    const page = await tabs.open()
    await pressStart(page, (await invite(stack, own)).url)
    await choose(page, own.ada)
    expect(await outcomeOf(page)).toBe(en.consented.title)
    const row = await grantRow(stack, own.tenant)
    await page.reload()
    expect(await outcomeOf(page)).toBe(en.consented.title)
    expect(await grantRow(stack, own.tenant)).toEqual(row)
  })

  it('who prefers Dutch reads Dutch from the invitation to the outcome', async () => {
    const own = await ownPartner(stack)
    const page = await tabs.open({ locale: 'nl-NL' })
    const { url } = await invite(stack, own)
    await page.goto(url)
    expect(await page.locator('h1').textContent()).toBe(nl.invitation.title(facts.operatorName))
    await pressStart(page, url)
    await choose(page, own.ada)
    expect(await outcomeOf(page)).toBe(nl.consented.title)
  })

  it('without JavaScript consents by pressing Entra’s own button on the way back', async () => {
    const own = await ownPartner(stack)
    const page = await tabs.open({ javaScriptEnabled: false })
    await pressStart(page, (await invite(stack, own)).url)
    await choose(page, own.ada)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await outcomeOf(page)).toBe(en.consented.title)
  })

  it('reaches the button and all links by the keyboard, and the page fits a telephone', async () => {
    const { url } = await invite(stack, partner)
    const page = await tabs.open({ viewport: { width: 320, height: 600 } })
    await page.goto(url)
    const focused: string[] = []
    for (let tab = 0; tab < 12; tab++) {
      await page.keyboard.press('Tab')
      focused.push(await page.evaluate('document.activeElement?.textContent?.trim() ?? ""'))
    }
    expect(focused).toContain(en.frame.skip)
    expect(focused).toContain(en.invitation.signIn.button)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  })
})

describe('another site in Chromium', () => {
  it('cannot start a sign-in by posting to the page', async () => {
    const { url } = await invite(stack, partner)
    const page = await tabs.open()
    await page.route('https://evil.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${url}"><button>go</button></form>`,
      }),
    )
    await page.goto('https://evil.example/')
    await page.getByRole('button').click()
    await page.waitForURL(url)
    expect(await page.locator('h1').textContent()).toBe(en.refusals.cross_site(facts).title)
    expect(await page.context().cookies()).toEqual([])
  })

  it('cannot show the page in a frame', async () => {
    const { url } = await invite(stack, partner)
    const page = await tabs.open()
    const complaints = complaintsOf(page)
    await page.route('https://evil.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${url}"></iframe>` }),
    )
    await page.goto('https://evil.example/')
    await expect.poll(() => complaints.join()).toContain(`${url} net::ERR_BLOCKED`)
    const framed = page.frameLocator('iframe')
    expect(await framed.locator('form[action^="/onboard/"]').count()).toBe(0)
  })
})
