import { describe, expect, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { textOf } from '../../shared/http/pages/html.ts'
import { invitationPage, type InvitationView } from '../../shared/http/pages/invitation-page.ts'
import { invitation, readableText, words } from './pages-fixtures.ts'

const page = (change: Partial<InvitationView> = {}) =>
  textOf(invitationPage({ ...invitation, ...change }, catalogues.en))
const read = (change: Partial<InvitationView> = {}) => readableText(page(change))

describe('the invitation page', () => {
  it('names the operator, the application as Microsoft shows it, and your tenant', () => {
    const text = read()
    expect(text).toContain('Legal name Northwind Marketplace B.V.')
    expect(text).toContain('Contact partners@northwind.example')
    expect(text).toContain('Application Northwind Connector')
    expect(text).toContain('Application (client) ID 5f2c7d1e-8a43-4a0e-9a2b-1f1f5b7c9d10')
    expect(text).toContain('Your organisation Fabrikam Cloud Services')
    expect(text).toContain('Your tenant ID 9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44')
  })

  it('names a partner without a display name by its tenant', () => {
    const text = read({ partner: { tenant: 'the-tenant' } })
    expect(text).toContain('act for the-tenant at Microsoft')
    expect(text).not.toContain('Your organisation')
  })

  it('says each known permission in plain words, and shows an unknown one by its name', () => {
    const text = read()
    expect(text).toContain('Microsoft Partner Center https://api.partnercenter.microsoft.com')
    expect(text).toContain('place and change orders ( user_impersonation )')
    expect(text).toContain('Read the full profiles of all users ( User.Read.All )')
    expect(text).toContain('The permission that Microsoft calls Sites.Read.All')
  })

  it.each(['constructor', '__proto__', 'toString'])(
    'takes no words for an audience or a permission named %s',
    (name) => {
      const text = read({ audiences: [{ resource: name, permissions: [{ name }] }] })
      expect(text).toContain(`${name} ${name} The permission that Microsoft calls ${name}`)
      const graph = 'https://graph.microsoft.com'
      expect(read({ audiences: [{ resource: graph, permissions: [{ name }] }] })).toContain(
        `The permission that Microsoft calls ${name}`,
      )
    },
  )

  it('says what is stored, how long, and that a password never is', () => {
    const text = read({ consentTermDays: 1 })
    expect(text).toMatch(/A refresh token .* sealed/)
    expect(text).toContain('Which account consented')
    expect(text).toContain('Never a password')
    expect(text).toContain('at most 1 day.')
    expect(read()).toContain('at most 365 days.')
  })

  it('lists the addresses we call from, or says who tells them', () => {
    expect(read()).toContain('calls Microsoft from these addresses. 203.0.113.10 2001:db8::10')
    expect(read({ addresses: [] })).toContain('ask Northwind Marketplace B.V. from which addresses')
  })

  it('says what ends the consent early', () => {
    const text = read()
    for (const reason of [
      'resets the account’s password in the Microsoft Entra admin center',
      'sessions are revoked',
      'account is disabled',
      'Conditional Access policy blocks',
      'not used for 90 days',
      'its term (at most 365 days) is over',
    ]) {
      expect(text).toContain(reason)
    }
  })

  it('says how to renew and how to withdraw, at Microsoft and with the operator', () => {
    const text = read()
    expect(text).toContain('To renew Sign in to your own page here and renew')
    expect(text).toContain('Enterprise applications > Northwind Connector > Properties > Delete')
    expect(text).toContain(
      'On your own page here, or by asking Northwind Marketplace B.V.: the services stop',
    )
  })

  it('says which account should sign in', () => {
    const text = read()
    for (const need of [
      'an Admin Agent or a Sales Agent',
      'not through Privileged Identity Management (PIM)',
      'custom control in Conditional Access does not count',
      'not a guest',
      'a dedicated account',
    ]) {
      expect(text).toContain(need)
    }
  })

  it('asks for no password, and gives a code to compare by telephone', () => {
    const text = read()
    expect(text).toContain('We never ask for your password.')
    expect(text).toContain('https://login.microsoftonline.com/')
    expect(text).toContain('on a number you already have')
    expect(text).toContain('Short code: K7QF-93MX')
    expect(page()).not.toContain('<input')
  })

  it('has two forms of one button: to sign in, and after it to approve first', () => {
    const actions = [...page().matchAll(/<form method="post" action="([^"]*)">/g)]
    expect(actions.map(([, action]) => action)).toEqual([
      '/onboard/the-invitation',
      '/onboard/the-invitation/approve',
    ])
    expect(page().match(/<form /g)).toHaveLength(2)
    expect(page().match(/<button /g)).toHaveLength(2)
    expect(read()).toMatch(/Sign in with Microsoft .* Approve for the whole organisation first$/)
  })

  it('gives its date in UTC, in the language of the page', () => {
    const time = '<time datetime="2026-11-30T09:05:00.000Z">'
    expect(page()).toContain(`${time}30 November 2026 at 09:05 UTC</time>`)
    expect(textOf(invitationPage(invitation, catalogues.nl))).toContain(
      `${time}30 november 2026 om 09:05 UTC</time>`,
    )
  })

  it('tells the same facts in every language', () => {
    for (const language of words) {
      const text = readableText(textOf(invitationPage(invitation, language)))
      for (const fact of ['K7QF-93MX', '365', '90', 'PIM', 'MFA', 'GDAP', '203.0.113.10']) {
        expect(text).toContain(fact)
      }
    }
  })
})
