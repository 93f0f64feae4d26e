import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { callerToken, callerWithRole } from '../../local/stack/caller-token.ts'
import { expectConsented } from './support/consent-checks.ts'
import { consent, openPage, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { entraError, onboarded } from './support/issuing.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { audiences, invite, manage, type Invited } from './support/management.ts'
import { changeDirectory, ownPartner, type OwnPartner } from './support/own-partner.ts'
import { postToken } from './support/post-token.ts'
import { jsonOf, rawRequest, type RawAnswer } from './support/raw-request.ts'
import { plain } from './support/read-page.ts'

const stack = inject('stack')
const evil = 'evil.example'

let partner: OwnPartner
let invited: Invited
let assertion: string
let manager: string

beforeAll(async () => {
  const { any } = await issuingCallers(stack)
  assertion = await callerToken(stack, any)
  manager = await callerToken(stack, callerWithRole(stack, 'Broker.Manage'))
  partner = await ownPartner(stack)
  invited = await invite(stack, partner)
  await invite(stack, partner)
})

const forged: [what: string, headers: Record<string, string>][] = [
  ['Host', { host: evil }],
  ['Host with a port', { host: `${evil}:7072` }],
  ['X-Forwarded-Host', { 'x-forwarded-host': evil, 'x-forwarded-proto': 'http' }],
  ['Forwarded', { forwarded: `host=${evil};proto=http` }],
  [
    'what other proxies say',
    { 'x-original-host': evil, 'x-host': evil, 'x-forwarded-server': evil },
  ],
  ['X-Original-URL', { 'x-original-url': `https://${evil}/`, 'x-rewrite-url': `https://${evil}/` }],
  ['Origin and Referer', { origin: `https://${evil}`, referer: `https://${evil}/` }],
]

const expectUnmoved = ({ headers, text }: RawAnswer): void => {
  expect(JSON.stringify(headers)).not.toContain(evil)
  expect(text).not.toContain(evil)
}

describe.each(forged)('%s, forged, moves no address of', (_, headers) => {
  test('the discovery document', async () => {
    const path = `/${partner.tenant}/v2.0/.well-known/openid-configuration`
    const answer = await rawRequest(stack.broker, { path, headers })
    expect(jsonOf(answer)).toEqual(jsonOf(await rawRequest(stack.broker, { path })))
    expect(jsonOf(answer)).toMatchObject({ issuer: `${stack.broker}/${partner.tenant}/v2.0` })
    expectUnmoved(answer)
  })

  test('an error of the token endpoint', async () => {
    const answer = await rawRequest(stack.broker, {
      method: 'POST',
      path: `/${crypto.randomUUID()}/oauth2/v2.0/token`,
      headers: {
        ...headers,
        authorization: `Bearer ${assertion}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `grant_type=client_credentials&scope=${audiences.graph}/.default`,
    })
    expect(jsonOf(answer)).toMatchObject({
      code: 'consent_needed',
      reconsent_uri: expect.stringContaining(`${stack.onboarding}/renew/`),
    })
    expectUnmoved(answer)
  })

  test('a list of the management API', async () => {
    const answer = await rawRequest(stack.broker, {
      path: '/manage/invitations?top=1',
      headers: { ...headers, authorization: `Bearer ${manager}` },
    })
    expect(jsonOf(answer)).toMatchObject({
      nextLink: expect.stringContaining(`${stack.broker}/manage/invitations?`),
    })
    expectUnmoved(answer)
  })

  test('a new invitation', async () => {
    const answer = await rawRequest(stack.broker, {
      method: 'POST',
      path: '/manage/invitations',
      headers: { ...headers, authorization: `Bearer ${manager}` },
      body: JSON.stringify({ partner: crypto.randomUUID(), audiences: [audiences.graph] }),
    })
    const { url, id } = jsonOf(answer)
    expect(url).toContain(`${stack.onboarding}/onboard/`)
    expect(answer.headers.location).toBe(`${stack.broker}/manage/invitations/${String(id)}`)
    expectUnmoved(answer)
  })

  test('a page', async () => {
    for (const path of ['/', new URL(invited.url).pathname, `/renew/${partner.tenant}`]) {
      const answer = await rawRequest(stack.onboarding, { path, headers })
      expect(answer.status).toBe(200)
      expectUnmoved(answer)
    }
  })

  test('the sign-in and its cookie', async () => {
    const path = new URL(invited.url).pathname
    const answer = await rawRequest(stack.onboarding, { method: 'POST', path, headers })
    expectUnmoved(answer)
    if ('origin' in headers) return expect(answer.status).toBe(403)
    expect(answer.headers.location).toContain(
      `redirect_uri=${encodeURIComponent(`${stack.onboarding}/consent/callback`)}`,
    )
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-attempt-/)
    expect(String(answer.headers['set-cookie'])).not.toMatch(/domain/i)
  })
})

test('an absolute address in the request line moves nothing either', async () => {
  const path = `https://${evil}/${partner.tenant}/v2.0/.well-known/openid-configuration`
  const answer = await rawRequest(stack.broker, { path })
  expect(jsonOf(answer)).toMatchObject({ issuer: `${stack.broker}/${partner.tenant}/v2.0` })
  expectUnmoved(answer)
})

const script = '<script>alert(1)</script>'
const markup = `"><img src=x onerror=alert(1)>${script}'&`

const expectHarmless = (html: string): void => {
  expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>/i)
}

describe('markup in what a page shows stays text', () => {
  test('the display name and the contact of the invitation', async () => {
    const { url, message } = await invite(stack, partner, { displayName: markup, contact: markup })
    const { html } = await openPage(url)
    expectHarmless(html)
    expect(plain(html)).toContain(markup)
    expect(message.text).toContain(markup)
  })

  test('the name of who consented, as Entra has it', async () => {
    const own = await ownPartner(stack)
    const { username } = own.ada
    await changeDirectory(stack, { people: [{ username, name: markup }] })
    const started = await startSignIn((await invite(stack, own, { displayName: markup })).url)
    const page = await postCallback(await signIn(started, own.ada), started)
    expectConsented(page)
    expectHarmless(page.html)
    expect(plain(page.html)).toContain(markup)
  })

  test('nothing that Entra’s answer says of an error is shown but its number', async () => {
    const started = await startSignIn(invited.url)
    const { fields, action } = await signIn(started, 'cancel')
    const answer = {
      state: fields['state'] ?? '',
      error: script,
      error_description: `AADSTS50105: ${markup}`,
      error_uri: `https://${evil}/`,
    }
    const { html } = await postCallback({ action, fields: answer }, started)
    expectHarmless(html)
    expect(html).not.toContain(evil)
    expect(plain(html)).not.toContain('alert(1)')
    expect(html).toContain('AADSTS50105')
  })

  test.each([
    `/onboard/${encodeURIComponent(script)}`,
    `/renew/${encodeURIComponent(markup)}`,
    `/?${encodeURIComponent(markup)}`,
  ])('the address itself is not shown: %s', async (path) => {
    const answer = await rawRequest(stack.onboarding, { path })
    expectHarmless(answer.text)
    expect(answer.text).not.toContain('alert(1)')
  })

  test('the language that a browser asks for is not shown', async () => {
    const { html } = await openPage(invited.url, { 'accept-language': markup })
    expect(html).not.toContain('alert(1)')
  })
})

const lineFor = (marker: string) => `x\r\n{"event":"alarm_forged","marker":"${marker}"}\r\n`

const logged = (marker: string): string[] =>
  ['broker', 'onboarding'].flatMap((name) =>
    readFileSync(join(stack.stateFolder, 'logs', `${name}.log`), 'utf8')
      .split('\n')
      .filter((line) => line.includes(marker)),
  )

/** Every line with the marker is one that the app began itself. */
const expectNoForgedLine = (marker: string): void => {
  for (const line of logged(marker)) {
    expect(line).toMatch(/"event":"[a-z_]+"/)
    expect(line.indexOf('"event":"')).toBeLessThan(line.indexOf(marker))
    expect(line).not.toMatch(/^\W*alarm_|"event":"alarm_forged/)
  }
}

describe('line ends', () => {
  test.each(['displayName', 'contact'])('in %s of an invitation are refused', async (field) => {
    for (const end of ['\r\n', '\n', '\u2028', '\u0085', '\u0000']) {
      const body = {
        partner: partner.tenant,
        audiences: [audiences.graph],
        [field]: `a${end}Bcc: all@${evil}`,
      }
      const answer = await manage(stack, { method: 'POST', path: '/manage/invitations', body })
      expect(answer.status).toBe(400)
    }
  })

  test.each(['x%0d%0aset-cookie:%20a=b', '%0d%0a%0d%0a<script>', 'x%0aalarm_forged'])(
    'in the id of a request (%s) make no header',
    async (id) => {
      const path = `/${partner.tenant}/v2.0/.well-known/openid-configuration`
      const answer = await rawRequest(stack.broker, { path: `${path}?client-request-id=${id}` })
      expect(answer.status).toBe(200)
      expect(answer.headers['client-request-id']).toBeUndefined()
      expect(answer.headers['set-cookie']).toBeUndefined()
    },
  )

  test('in what a caller sends make no line of the log', async () => {
    const marker = crypto.randomUUID()
    const text = lineFor(marker)
    await postToken(stack, assertion, { fields: { purpose: text } })
    await postToken(stack, assertion, { fields: { 'client-request-id': text, scope: undefined } })
    await postToken(stack, assertion, { fields: { scope: `${audiences.graph}/${text}` } })
    await postToken(stack, assertion, { fields: { claims: text } })
    await postToken(stack, assertion, { authority: encodeURIComponent(text) })
    await postToken(stack, text, {})
    const path = `/manage/permissions/${encodeURIComponent(text)}`
    await manage(stack, { method: 'PUT', path, body: { [text]: text } })
    await openPage(`${stack.onboarding}/onboard/${encodeURIComponent(text)}`)
    expectNoForgedLine(marker)
  })

  test('in what Entra answers make no line of the log, though the answer is on record', async () => {
    const own = await onboarded(stack)
    const marker = crypto.randomUUID()
    const text = lineFor(marker)
    const body = entraError(text, [50999], { suberror: text, error_description: text })
    await own.entraAnswers({ status: 400, body, times: 1 })
    const answer = await own.ask()
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.error_description).not.toContain(marker)
    await vi.waitUntil(() => logged(marker).length > 0, { timeout: 5000 })
    expectNoForgedLine(marker)
  })

  test('in what comes back from the sign-in make no line of the log', async () => {
    const marker = crypto.randomUUID()
    const text = lineFor(marker)
    const own = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, own)).url)
    const { fields, action } = await signIn(started, own.ada)
    const answer = { error: text, error_description: text, state: fields['state'] ?? '' }
    await postCallback({ action, fields: answer }, started)
    await postCallback({ action, fields: { ...fields, state: text } }, started)
    expectNoForgedLine(marker)
    expectConsented(await consent((await invite(stack, own)).url, own.ada))
  })
})
