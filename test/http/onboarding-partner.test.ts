import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { downloadReceipt, showPartner } from '../../shared/http/onboarding/partner.ts'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import {
  bodyOf,
  csrf,
  deskWith,
  headersOf,
  onboardingUrl,
  requestOf,
  session,
  signedIn,
} from './onboarding-fixture.ts'
import { readableText } from './pages-fixtures.ts'
import { now, partnerFacts, revoked } from './partner-fixtures.ts'

const { en, nl } = catalogues
const read = (answer: Parameters<typeof bodyOf>[0]) => readableText(bodyOf(answer))

describe('the partner’s own page', () => {
  it('asks for the tenant ID where nobody is signed in, without asking the broker', async () => {
    const { desk, asked } = deskWith()
    const answer = await showPartner(desk, requestOf({}))
    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toContain('<form method="post" action="/partner">')
    expect(read(answer)).not.toContain(en.partnerSignIn.ended.page)
    expect(answer.cookies).toBeUndefined()
    expect(asked).toEqual([])
  })

  it.each([
    ['that the broker does not know', 'o'.repeat(43)],
    ['that is no secret', 'x'],
    ['that was emptied', ''],
  ])('says that a session is over %s, and forgets it', async (_, value) => {
    const request = requestOf({ cookie: `__Host-session=${value}` })
    const answer = await showPartner(deskWith().desk, request)
    expect(read(answer)).toContain(en.partnerSignIn.ended.page)
    expect(answer.cookies).toEqual([
      expect.objectContaining({ name: '__Host-session', value: '', maxAge: 0, secure: true }),
    ])
  })

  it('shows what is held to who is signed in, and never the session', async () => {
    const answer = await showPartner(deskWith().desk, requestOf({ cookie: signedIn }))
    expect(answer.status).toBe(200)
    expect(read(answer)).toContain(partnerFacts.consentedBy)
    expect(JSON.stringify(answer)).not.toContain(session)
    expect(headersOf(answer).get('cache-control')).toBe('no-store')
    expect(headersOf(answer).get('referrer-policy')).toBe('same-origin')
  })

  it('is a page that says so when the broker does not answer', async () => {
    const fault = new BrokerError('upstream_unavailable', 'down')
    const { desk, refused } = deskWith({ partner: () => Promise.reject(fault) })
    const answer = await showPartner(desk, requestOf({ cookie: signedIn }))
    expect(answer.status).toBe(503)
    expect(read(answer)).toContain(en.error.title)
    expect(answer.cookies).toBeUndefined()
    expect(refused).toEqual([fault])
  })
})

describe('the receipt', () => {
  const receiptFor = (headers: Record<string, string> = {}, facts = partnerFacts) =>
    downloadReceipt(
      deskWith({ partner: async () => facts }).desk,
      requestOf({ path: '/partner/receipt', cookie: signedIn, headers }),
    )

  it('is a text file to keep, with every fact and no secret', async () => {
    const answer = await receiptFor()
    expect(headersOf(answer).get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headersOf(answer).get('content-disposition')).toBe(
      `attachment; filename="consent-receipt-${partnerFacts.partner}.txt"`,
    )
    expect(headersOf(answer).get('cache-control')).toBe('no-store')
    const text = bodyOf(answer)
    for (const fact of [
      'Organisation: Fabrikam Cloud Services',
      `Tenant ID: ${partnerFacts.partner}`,
      `Account (object ID): ${partnerFacts.consentedBy}`,
      'Consented on: 26 August 2026 at 09:30 UTC',
      'Ends on: 26 August 2027 at 09:30 UTC',
      'Operator: Northwind Marketplace B.V.',
      'Contact: partners@northwind.example',
      `Application (client) ID: ${partnerFacts.app.clientId}`,
      'place and change orders (user_impersonation)',
      'The permission that Microsoft calls Sites.Read.All',
      `${onboardingUrl}/partner`,
      'Enterprise applications > Northwind Connector > Properties > Delete',
    ]) {
      expect(text).toContain(fact)
    }
    expect(text).not.toContain(csrf)
    expect(text).not.toContain(session)
  })

  it('is in her language', async () => {
    const answer = await receiptFor({ 'accept-language': 'nl' })
    expect(bodyOf(answer)).toContain(nl.receipt.title)
    expect(headersOf(answer).get('content-disposition')).toContain('toestemmingsbewijs-')
  })

  it('of a consent that was revoked keeps to what is left of it', async () => {
    const { kept, deleting } = en.receipt
    expect(bodyOf(await receiptFor())).toContain(kept)
    const ending = bodyOf(await receiptFor({}, revoked))
    expect(ending).toContain(deleting)
    const gone = bodyOf(await receiptFor({}, { ...revoked, sealedDeletedAt: now }))
    expect(gone).toContain('The refresh token was deleted on 24 November 2026 at 09:30 UTC.')
    for (const text of [ending, gone]) expect(text).not.toContain(kept)
  })

  it('lets no name begin a line of its own or turn the text around', async () => {
    const displayName = 'Evil\r\nOperator: Nobody\u2028\u202egnp.exe\u0007'
    const text = bodyOf(await receiptFor({}, { ...partnerFacts, displayName }))
    expect(text).toContain('Organisation: Evil Operator: Nobody gnp.exe')
    expect(text).not.toMatch(/^Operator: Nobody/m)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
  })

  it('leads to the sign-in where nobody is signed in', async () => {
    const answer = await downloadReceipt(deskWith().desk, requestOf({ path: '/partner/receipt' }))
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe(`${onboardingUrl}/partner`)
  })
})
