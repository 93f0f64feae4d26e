import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import {
  expectConsented,
  expectNothingStored,
  expectRefusal,
  invitationStatus,
} from './support/consent-checks.ts'
import { consent, openPage, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { invite } from './support/management.ts'
import { changeDirectory, ownPartner } from './support/own-partner.ts'
import { rawRequest } from './support/raw-request.ts'
import { redemptions } from './support/recorded.ts'
import { grantRow, rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')

const attemptsOf = (id: string) => rowsWhere(stack, 'attempts', ['invitation', id])

const opened = async () => {
  const partner = await ownPartner(stack)
  return { partner, ...(await invite(stack, partner)) }
}

describe('a scanner that opens the link of an invitation', () => {
  test.each<[string, string, Record<string, string>]>([
    ['by GET', 'GET', {}],
    ['by HEAD', 'HEAD', {}],
    ['by OPTIONS', 'OPTIONS', { 'access-control-request-method': 'POST' }],
    ['by prefetching', 'GET', { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch' }],
    ['by POST from another site', 'POST', { 'sec-fetch-site': 'cross-site' }],
    ['by POST from a page elsewhere', 'POST', { origin: 'https://mail.example' }],
    ['by POST of a sandboxed page', 'POST', { origin: 'null', 'sec-fetch-site': 'none' }],
    ['by PUT', 'PUT', {}],
    ['by DELETE', 'DELETE', {}],
    ['by GET that says it is a POST', 'GET', { 'x-http-method-override': 'POST' }],
  ])('%s starts nothing and uses nothing up', async (_, method, headers) => {
    const { partner, id, url } = await opened()
    const { pathname: path } = new URL(url)
    for (let nth = 0; nth < 3; nth++) {
      const answer = await rawRequest(stack.onboarding, { method, path, headers })
      expect([200, 403, 404]).toContain(answer.status)
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(answer.headers['location']).toBeUndefined()
    }
    expect(await attemptsOf(id)).toEqual([])
    expectConsented(await consent(url, partner.ada))
  })

  test('and presses the button as no browser does gets a sign-in page and nothing else', async () => {
    const { partner, id, url } = await opened()
    for (let nth = 0; nth < 5; nth++) await startSignIn(url)
    expect(await invitationStatus(stack, id)).toBe('open')
    await expectNothingStored(stack, partner.tenant)
    expectConsented(await consent(url, partner.ada))
  })
})

describe('an invitation that was forwarded', () => {
  test('to another tenant does not let its administrator in', async () => {
    const { partner, id, url } = await opened()
    const stranger = await ownPartner(stack)
    const started = await startSignIn(url)
    await expect(signIn(started, stranger.ada)).rejects.toThrow(/no form|did not send/)
    expect(await invitationStatus(stack, id)).toBe('open')
    await expectNothingStored(stack, partner.tenant)
    await expectNothingStored(stack, stranger.tenant)
  })

  test('to a guest of the tenant does not let her in, agent at home or not', async () => {
    const { partner, url } = await opened()
    const { username } = partner.eve
    await changeDirectory(stack, { people: [{ username, admin: true, agent: true }] })
    await consent(url, partner.ada).then(expectConsented)
    const again = await invite(stack, partner)
    expectRefusal(await consent(again.url, partner.eve), ['guest', 403])
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ generation: 1 })
  })

  test('to a colleague who is no agent does not let him in', async () => {
    const { partner, url } = await opened()
    // The tenant's administrator has approved the application; the colleague may sign in to it.
    const before = await startSignIn(url)
    await signIn(before, partner.ada)
    expectRefusal(await consent(url, partner.dan), ['not_an_agent', 403])
    await expectNothingStored(stack, partner.tenant)
  })

  test('after the sign-in was begun does not give the second browser the first one’s outcome', async () => {
    const { partner, url } = await opened()
    const first = await startSignIn(url)
    const second = await startSignIn(url)
    const posted = await signIn(first, partner.ada)
    expectRefusal(await postCallback(posted, second), ['other_browser', 403])
    await expectNothingStored(stack, partner.tenant)
    expectConsented(await postCallback(posted, first))
  })
})

describe('an invitation that is used', () => {
  test('twice consents once, by whichever page', async () => {
    const { partner, url } = await opened()
    const early = await startSignIn(url)
    expectConsented(await consent(url, partner.ada))
    expectRefusal(await openPage(url), ['invitation_used', 410])
    expect((await fetch(url, { method: 'POST', redirect: 'manual' })).status).toBe(410)
    const late = await postCallback(await signIn(early, partner.fay), early)
    expectRefusal(late, ['invitation_used', 410])
    expect(await grantRow(stack, partner.tenant)).toMatchObject({
      generation: 1,
      consentedBy: partner.ada.objectId,
    })
  })

  test('by four browsers at once consents once', async () => {
    const { partner, id, url } = await opened()
    const people = [partner.ada, partner.fay, partner.ada, partner.fay]
    const browsers = await Promise.all(
      people.map(async (who) => {
        const started = await startSignIn(url)
        return { started, posted: await signIn(started, who) }
      }),
    )
    const pages = await Promise.all(
      browsers.map(({ posted, started }) => postCallback(posted, started)),
    )
    expect(pages.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 410, 410, 410,
    ])
    expect(await grantRow(stack, partner.tenant)).toMatchObject({ generation: 1, invitation: id })
    expect(await redemptions(stack, partner.tenant, 'authorization_code')).toBeLessThanOrEqual(4)
    expect(await invitationStatus(stack, id)).toBe('used')
  })
})

test('no log holds the link, the state, the cookie or the code of a consent', async () => {
  const { partner, url } = await opened()
  const { started, posted } = await consent(url, partner.ada)
  const secrets = [
    new URL(url).pathname.split('/')[2] ?? '',
    started.cookie.split('=')[1] ?? '',
    started.location.searchParams.get('nonce') ?? '',
    posted.fields['state'] ?? '',
    posted.fields['code'] ?? '',
  ]
  const logs = ['broker', 'onboarding'].map((name) =>
    readFileSync(join(stack.stateFolder, 'logs', `${name}.log`), 'utf8'),
  )
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20)
    for (const log of logs) expect(log).not.toContain(secret)
  }
})
