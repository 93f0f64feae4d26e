import { beforeAll, describe, expect, inject, it } from 'vitest'
import { expectRefusal } from './support/consent-checks.ts'
import { pageOf, startSignIn } from './support/consent-flow.ts'
import { audiences, invite, type Invited } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')

let partner: OwnPartner
let invited: Invited

beforeAll(async () => {
  partner = await ownPartner(stack)
  invited = await invite(stack, partner)
})

const press = (headers: Record<string, string> = {}) =>
  fetch(invited.url, { method: 'POST', redirect: 'manual', headers })

describe('pressing the button of the invitation page', () => {
  it('sends the browser to the invited tenant with code, PKCE, state, nonce and form_post', async () => {
    const { location } = await startSignIn(invited.url)
    expect(location.origin).toBe(stack.entra)
    expect(location.pathname).toBe(`/${partner.tenant}/oauth2/v2.0/authorize`)
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      response_type: 'code',
      response_mode: 'form_post',
      client_id: 'a9900000-0000-4000-8000-000000000001',
      redirect_uri: `${stack.onboarding}/consent/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      nonce: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      prompt: 'login',
    })
  })

  it('asks for the permissions of every wanted audience and for lasting access, and nothing more', async () => {
    const { location } = await startSignIn(invited.url)
    const scopes = location.searchParams.get('scope')?.split(' ')
    expect(new Set(scopes)).toEqual(
      new Set([
        `${audiences.partnerCenter}/user_impersonation`,
        `${audiences.graph}/DelegatedAdminRelationship.ReadWrite.All`,
        `${audiences.graph}/User.Read.All`,
        `${audiences.arm}/user_impersonation`,
        'openid',
        'profile',
        'offline_access',
      ]),
    )
  })

  it('sets one cookie for this attempt that no script reads and that a cross-site form post brings back', async () => {
    const cookies = (await press()).headers.getSetCookie()
    expect(cookies).toHaveLength(1)
    const [pair = '', ...attributes] = (cookies[0] ?? '').split(';').map((part) => part.trim())
    expect(pair).toMatch(/^__Host-attempt-[0-9a-f]{32}=[A-Za-z0-9_-]{43}$/)
    expect(attributes.map((one) => one.toLowerCase()).toSorted()).toEqual(
      ['httponly', 'max-age=900', 'path=/', 'samesite=none', 'secure'].toSorted(),
    )
  })

  it('begins a new attempt each time, with its own cookie, state, nonce and challenge', async () => {
    const [one, other] = [await startSignIn(invited.url), await startSignIn(invited.url)]
    expect(one.cookie.split('=')[0]).not.toBe(other.cookie.split('=')[0])
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.location.searchParams.get(name)).not.toBe(other.location.searchParams.get(name))
    }
  })

  it('answers 303 that is never stored and names no referrer of the link', async () => {
    const answer = await press({ 'sec-fetch-site': 'same-origin', origin: stack.onboarding })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('location')).not.toContain(invited.url.split('/').at(-1))
  })
})

describe('a start that is not from our own page', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another application of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that is hidden', { origin: 'null' }],
    ['another port', { origin: 'https://localhost:1' }],
    ['an old browser elsewhere', { 'sec-fetch-site': 'none', origin: 'https://evil.example' }],
  ])('is refused when it comes from %s', async (_, headers) => {
    const before = await rowsWhere(stack, 'attempts', ['invitation', invited.id])
    const answer = await press(headers)
    expect(answer.headers.getSetCookie()).toEqual([])
    expectRefusal(await pageOf(answer), ['cross_site', 403])
    expect(await rowsWhere(stack, 'attempts', ['invitation', invited.id])).toEqual(before)
  })
})
