import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { answerEntra } from '../../shared/http/onboarding/callback.ts'
import { downloadReceipt, showPartner } from '../../shared/http/onboarding/partner.ts'
import {
  signOut,
  startOwnRenewal,
  withdrawConsent,
} from '../../shared/http/onboarding/partner-forms.ts'
import {
  showRenew,
  startByTenant,
  startRenewal,
} from '../../shared/http/onboarding/partner-sign-in.ts'
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
  started,
} from './onboarding-fixture.ts'
import { readableText } from './pages-fixtures.ts'
import { partnerFacts } from './partner-fixtures.ts'

const { en, nl } = catalogues
const guid = () => crypto.randomUUID()
const read = (answer: Parameters<typeof bodyOf>[0]) => readableText(bodyOf(answer))

describe('the page of renewal', () => {
  it('is the same, byte for byte, for every tenant ID in any spelling, without asking the broker', async () => {
    const { desk, asked } = deskWith()
    const seen = new Set<string>()
    for (const partner of [guid(), guid(), guid().toUpperCase(), partnerFacts.partner]) {
      const answer = await showRenew(desk, requestOf({ params: { partner } }))
      expect(answer.status).toBe(200)
      seen.add(bodyOf(answer))
    }
    expect(seen.size).toBe(1)
    expect(asked).toEqual([])
  })

  it.each(['', 'x', `${guid()}0`, guid().slice(1), `{${guid()}}`, '<script>'])(
    'is a page of its own for %j, which is no tenant ID, and starts nothing',
    async (partner) => {
      const { desk, asked } = deskWith()
      const request = { params: { partner } }
      const answers = [
        await showRenew(desk, requestOf(request)),
        await startRenewal(desk, requestOf({ ...request, form: {} })),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(404)
        expect(read(answer)).toContain(en.partnerNotices.renew_link_wrong.title)
      }
      expect(asked).toEqual([])
    },
  )

  it('starts a sign-in at that tenant, with one cookie that Entra’s form post brings back', async () => {
    const { desk, asked } = deskWith()
    const partner = guid()
    const sent = { params: { partner: partner.toUpperCase() }, form: {} }
    const answer = await startRenewal(desk, requestOf(sent))
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe(started.address)
    expect(answer.cookies).toEqual([
      {
        name: `__Host-attempt-${started.attempt}`,
        value: started.browser,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'None',
        maxAge: 900,
      },
    ])
    expect(asked).toEqual([{ verb: 'partnerSignIn', request: { partner } }])
  })
})

describe('a tenant ID that is typed', () => {
  it('starts the same sign-in, with spaces around it and in capitals too', async () => {
    const { desk, asked } = deskWith()
    const partner = guid()
    const form = { tenant: `  ${partner.toUpperCase()} ` }
    expect((await startByTenant(desk, requestOf({ form }))).status).toBe(303)
    expect(asked).toEqual([{ verb: 'partnerSignIn', request: { partner } }])
  })

  it('that is none is shown again, as text, with what is wrong with it', async () => {
    const { desk, asked } = deskWith()
    const form = { tenant: '"><script>alert(1)</script>' }
    const answer = await startByTenant(desk, requestOf({ form }))
    expect(answer.status).toBe(400)
    expect(bodyOf(answer)).not.toContain('<script')
    expect(bodyOf(answer)).toContain('value="&quot;&gt;&lt;script&gt;')
    expect(read(answer)).toContain(en.partnerSignIn.signIn.tenantWrong)
    expect(asked).toEqual([])
  })
})

describe('coming back from the sign-in', () => {
  const callback = requestOf.bind(undefined, {
    path: '/consent/callback',
    form: { state: 't'.repeat(43), code: 'c' },
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://login.example' },
  })

  it('sets the session’s cookie and leads to the page, with the secret in neither address nor text', async () => {
    const answer = await answerEntra(deskWith().desk, callback())
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe(`${onboardingUrl}/partner`)
    expect(headersOf(answer).get('cache-control')).toBe('no-store')
    expect(answer.cookies).toEqual([
      {
        name: '__Host-session',
        value: session,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
        maxAge: 900,
      },
    ])
    expect(JSON.stringify({ ...answer, cookies: [] })).not.toContain(session)
  })

  it('again, without a session, only leads to the page', async () => {
    const { desk } = deskWith({ callback: async () => ({ kind: 'signed_in' }) })
    const answer = await answerEntra(desk, callback())
    expect(answer.status).toBe(303)
    expect(answer.cookies).toBeUndefined()
  })

  it.each(['not_yours', 'not_renewable'] as const)('refused as %s has a page', async (kind) => {
    const answer = await answerEntra(
      deskWith({ callback: async () => ({ kind }) }).desk,
      callback(),
    )
    expect(answer.status).toBe(403)
    expect(answer.cookies).toBeUndefined()
    expect(read(answer)).toContain(en.refusals[kind]({ operatorName: 'x' }).title)
  })
})

describe('the partner’s own page', () => {
  it('asks for the tenant ID where nobody is signed in, without asking the broker', async () => {
    const { desk, asked } = deskWith()
    const answer = await showPartner(desk, requestOf({}))
    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toContain('<form method="post" action="/partner">')
    expect(read(answer)).not.toContain(en.partnerSignIn.ended)
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
    expect(read(answer)).toContain(en.partnerSignIn.ended)
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
    expect(read(answer)).toContain(en.error.failed.title)
    expect(answer.cookies).toBeUndefined()
    expect(refused).toEqual([fault])
  })
})

const forms = [
  ['renew', startOwnRenewal],
  ['withdraw', withdrawConsent],
  ['signOut', signOut],
] as const

describe.each(forms)('the form to %s', (verb, handle) => {
  const form = { csrf, confirmation: partnerFacts.partner }
  const askedOf = (asked: { verb: string }[]) => asked.filter((one) => one.verb === verb)

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another application of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that is hidden', { origin: 'null' }],
  ])('from %s is refused unasked, whoever is signed in', async (_, headers) => {
    const { desk, asked } = deskWith()
    const answer = await handle(desk, requestOf({ form, cookie: signedIn, headers }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.refusals.cross_site({ operatorName: 'x' }).title)
    expect(answer.cookies).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('without a session leads to the sign-in', async () => {
    const { desk, asked } = deskWith()
    const answer = await handle(desk, requestOf({ form }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.partnerSignIn.signIn.tenant)
    expect(asked).toEqual([])
  })

  it('without its token is out of date, unasked', async () => {
    const { desk, asked } = deskWith()
    const answer = await handle(desk, requestOf({ form: {}, cookie: signedIn }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.partnerNotices.form_expired.title)
    expect(asked).toEqual([])
  })

  it('that the broker finds out of date changes nothing, and says so', async () => {
    const { desk } = deskWith({ [verb]: async () => ({ kind: 'form_expired' }) })
    const answer = await handle(desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.partnerNotices.form_expired.title)
    expect(answer.cookies).toBeUndefined()
  })

  it('hands session and token to the broker once', async () => {
    const { desk, asked } = deskWith()
    await handle(desk, requestOf({ form, cookie: signedIn }))
    expect(askedOf(asked)).toEqual([{ verb, request: expect.objectContaining({ session, csrf }) }])
  })
})

describe('renewing from the page', () => {
  const form = { csrf }

  it('leads to Microsoft with the cookie of a new attempt', async () => {
    const answer = await startOwnRenewal(deskWith().desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe(started.address)
    expect(answer.cookies?.map(({ name }) => name)).toEqual([`__Host-attempt-${started.attempt}`])
  })

  it('says when only a new invitation helps', async () => {
    const { desk } = deskWith({ renew: async () => ({ kind: 'not_renewable' }) })
    const answer = await startOwnRenewal(desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.refusals.not_renewable({ operatorName: 'x' }).title)
  })
})

describe('withdrawing', () => {
  const form = { csrf, confirmation: ` ${partnerFacts.partner} ` }

  it('hands over what was typed, and shows from when on it holds and what to remove', async () => {
    const { desk, asked } = deskWith()
    const answer = await withdrawConsent(desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(200)
    const text = read(answer)
    expect(text).toContain(en.withdraw.done.title)
    expect(text).toContain(en.withdraw.done.noneAlive)
    expect(text).toContain(`Its application ID is ${partnerFacts.app.clientId}`)
    const correlationId = headersOf(answer).get('x-correlation-id')
    expect(text).toContain(correlationId)
    expect(asked.at(-1)).toEqual({
      verb: 'withdraw',
      request: { session, csrf, confirmation: partnerFacts.partner, correlationId },
    })
  })

  it('withdraws even where the page’s facts cannot be read', async () => {
    const { desk } = deskWith({ partner: () => Promise.reject(new Error('down')) })
    const answer = await withdrawConsent(desk, requestOf({ form, cookie: signedIn }))
    expect(read(answer)).toContain(en.withdraw.done.title)
  })

  it('with something else typed shows the page again with what is wrong', async () => {
    const { desk } = deskWith({ withdraw: async () => ({ kind: 'confirmation_wrong' }) })
    const answer = await withdrawConsent(desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(400)
    expect(read(answer)).toContain(en.withdraw.wrong)
    expect(bodyOf(answer)).toContain('aria-invalid="true"')
    expect(read(answer)).toContain(en.partnerStatus.active.name)
  })

  it('in a session that is over leads to the sign-in', async () => {
    const { desk } = deskWith({ withdraw: async () => ({ kind: 'signed_out' }) })
    const answer = await withdrawConsent(desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.partnerSignIn.ended)
  })
})

describe('signing out', () => {
  it('forgets the session here too, and says that Microsoft may not', async () => {
    const request = requestOf({ form: { csrf }, cookie: signedIn })
    const answer = await signOut(deskWith().desk, request)
    expect(answer.status).toBe(200)
    expect(answer.cookies).toEqual([
      expect.objectContaining({ name: '__Host-session', value: '', maxAge: 0 }),
    ])
    expect(read(answer)).toContain(en.partnerNotices.signed_out.title)
    expect(bodyOf(answer)).toContain('href="https://login.example/common/oauth2/v2.0/logout"')
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
