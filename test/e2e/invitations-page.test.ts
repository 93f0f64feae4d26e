import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { expectRefusal } from './support/consent-checks.ts'
import { openPage, startSignIn } from './support/consent-flow.ts'
import { audiences, invite, type Invited } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { plain, textOf } from './support/read-page.ts'
import { rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')

let partner: OwnPartner
let invited: Invited

beforeAll(async () => {
  partner = await ownPartner(stack)
  invited = await invite(stack, partner, { consentTermDays: 200 })
})

describe('the page of an invitation', () => {
  it('tells who asks, for which tenant, what is allowed, what is stored, and how to end it', async () => {
    const { status, html } = await openPage(invited.url)
    const text = textOf(html)
    expect(status).toBe(200)
    const words = catalogues.en.invitation
    const operator = 'Contoso Marketplace B.V.'
    for (const fact of [
      operator,
      'security@contoso.example',
      'Contoso Marketplace',
      'a9900000-0000-4000-8000-000000000001',
      partner.name,
      partner.tenant,
      invited.code,
      'user_impersonation',
      'DelegatedAdminRelationship.ReadWrite.All',
      'User.Read.All',
      'offline_access',
      '200 days',
      words.safe.compare(operator),
      ...words.safe.texts(operator),
      ...words.account.items,
      ...words.storage.items,
      words.addresses.ask(operator),
      ...words.end.items(200),
      words.renew.text(operator),
      ...words.withdraw.items(operator, 'Contoso Marketplace'),
      words.signIn.button,
    ]) {
      expect(text).toContain(textOf(fact))
    }
    expect(html).toContain(`datetime="${invited.expiresAt}"`)
  })

  it('names every service that Microsoft will ask to consent to', async () => {
    const { url } = await invite(stack, partner, { audiences: [audiences.graph] })
    const { location } = await startSignIn(url)
    expect(location.searchParams.get('scope')).toContain(audiences.partnerCenter)
    expect(textOf((await openPage(url)).html)).toContain(audiences.partnerCenter)
  })

  it('has a form to sign in and one to approve first, both to itself, and no script', async () => {
    const { html } = await openPage(invited.url)
    const forms = [...html.matchAll(/<form method="post" action="([^"]*)"/g)]
    const path = new URL(invited.url).pathname
    expect(forms.map(([, action]) => action)).toEqual([path, `${path}/approve`])
    expect(html).not.toMatch(/<script|\son\w+=|javascript:/i)
  })

  it('is in Dutch for who prefers Dutch, whatever the address', async () => {
    const page = await openPage(invited.url, { 'accept-language': 'nl-NL,nl;q=0.9,en;q=0.5' })
    expect(page.html).toContain('<html lang="nl">')
    expect(page.heading).toBe(catalogues.nl.invitation.title('Contoso Marketplace B.V.'))
    expect(textOf(page.html)).toContain(textOf(catalogues.nl.invitation.signIn.button))
    const unknown = `${stack.onboarding}/onboard/${randomBytes(32).toString('base64url')}`
    const refused = await openPage(unknown, { 'accept-language': 'nl' })
    expectRefusal(refused, ['invitation_unknown', 404], 'nl')
  })

  it('shows a display name with markup as text', async () => {
    const name = `<img src=x onerror=alert(1)> & "friends"`
    const { url } = await invite(stack, partner, { displayName: name })
    const { html } = await openPage(url)
    expect(html).not.toContain('<img')
    expect(plain(html)).toContain(name)
  })
})

describe('the headers of a page', () => {
  it('allow no script, no frame, no store, and forms only to us and to the authority', async () => {
    const { headers } = await openPage(invited.url)
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
        const [name = '', ...values] = directive.split(' ')
        return [name, values.join(' ')]
      }),
    )
    expect(policy.get('default-src')).toBe("'none'")
    expect(policy.has('script-src')).toBe(false)
    expect(policy.get('style-src')).toMatch(/^'sha256-[A-Za-z0-9+/=]+'$/)
    expect(policy.get('form-action')).toBe(`'self' ${stack.entra}`)
    expect(policy.get('frame-ancestors')).toBe("'none'")
    expect(policy.get('base-uri')).toBe("'none'")
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(headers.get('strict-transport-security')).toContain('max-age=')
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  it('are those of every page, and no page but the start of a sign-in sets a cookie', async () => {
    const paths = ['/', `/renew/${partner.tenant}`, '/onboard/unknown']
    const policy = (await openPage(invited.url)).headers.get('content-security-policy')
    for (const path of paths) {
      const { headers } = await openPage(`${stack.onboarding}${path}`)
      expect(headers.get('content-security-policy')).toBe(policy)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.getSetCookie()).toEqual([])
    }
    expect((await openPage(invited.url)).headers.getSetCookie()).toEqual([])
  })
})

describe('a link scanner', () => {
  it('changes nothing by GET and HEAD, however often', async () => {
    const { id, url } = await invite(stack, partner)
    const state = async () => ({
      invitation: await rowsWhere(stack, 'invitations', ['id', id]),
      attempts: await rowsWhere(stack, 'attempts', ['invitation', id]),
    })
    const before = await state()
    expect(before).toEqual({
      invitation: [expect.objectContaining({ status: 'open' })],
      attempts: [],
    })
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'OPTIONS']) {
      const answer = await fetch(url, { method, redirect: 'manual' })
      expect(answer.headers.getSetCookie()).toEqual([])
      expect([200, 404]).toContain(answer.status)
    }
    expect(await state()).toEqual(before)
    expect((await openPage(url)).status).toBe(200)
  })
})

const link = () => new URL(invited.url).pathname.split('/').at(-1) ?? ''

describe('a link that is none', () => {
  it.each([
    ['unknown', () => randomBytes(32).toString('base64url')],
    ['cut short', () => link().slice(0, -1)],
    ['too long by one', () => `${link()}A`],
    ['of one letter', () => 'a'],
    ['of a thousand letters', () => 'a'.repeat(1000)],
    ['with an encoded slash', () => `${link()}%2F`],
    ['with dots', () => `..%2f${link()}`],
    ['with a null', () => `${link()}%00`],
    ['with a quote', () => `${link()}'%20or%20'1'%20eq%20'1`],
    ['with markup', () => '%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
    ['with a broken escape', () => '%E0%A4%A'],
    ['in other letters', () => encodeURIComponent('приглашение')],
  ])('%s gets the page of an unknown invitation, and starts nothing', async (_, make) => {
    const address = `${stack.onboarding}/onboard/${make()}`
    expectRefusal(await openPage(address), ['invitation_unknown', 404])
    const start = await fetch(address, { method: 'POST', redirect: 'manual' })
    expect(start.status).toBe(404)
    expect(start.headers.getSetCookie()).toEqual([])
  })

  it.each([
    ['/onboard'],
    ['/onboard/'],
    ['/onboard//x'],
    ['/onboard/x/y'],
    ['/onboard/../manage/invitations'],
    ['/manage/invitations'],
    ['/internal/invitation'],
  ])('%s is no page of this app', async (path) => {
    expect((await fetch(`${stack.onboarding}${path}`)).status).toBe(404)
  })
})
