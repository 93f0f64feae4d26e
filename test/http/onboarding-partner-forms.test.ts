import { describe, expect, it } from 'vitest'
import {
  signOut,
  startOwnRenewal,
  withdrawConsent,
} from '../../shared/http/onboarding/partner-forms.ts'
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

const { en } = catalogues
const read = (answer: Parameters<typeof bodyOf>[0]) => readableText(bodyOf(answer))

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

  it('without a session leads to the sign-in, and says that it was not carried out', async () => {
    const { desk, asked } = deskWith()
    const answer = await handle(desk, requestOf({ form }))
    expect(answer.status).toBe(403)
    expect(read(answer)).toContain(en.partnerSignIn.signIn.tenant)
    expect(read(answer)).toContain(en.partnerSignIn.ended.form)
    expect(asked).toEqual([])
  })

  it('read instead of sent leads to the page, and asks for nothing', async () => {
    const { desk, asked } = deskWith()
    const answer = await handle(desk, requestOf({ cookie: signedIn }))
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe(`${onboardingUrl}/partner`)
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
    expect(answer.cookies).toEqual([expect.objectContaining({ value: '', maxAge: 0 })])
    const correlationId = headersOf(answer).get('x-correlation-id')
    expect(text).toContain(correlationId)
    expect(asked.at(-1)).toEqual({
      verb: 'withdraw',
      request: { session, csrf, confirmation: partnerFacts.partner, correlationId },
    })
  })

  it('without an answer of the broker says that it may hold, not that nothing was done', async () => {
    const { desk, refused } = deskWith({ withdraw: () => Promise.reject(new Error('down')) })
    const answer = await withdrawConsent(desk, requestOf({ form, cookie: signedIn }))
    expect(answer.status).toBe(503)
    expect(read(answer)).toContain(en.partnerNotices.unanswered.title)
    expect(read(answer)).toContain(headersOf(answer).get('x-correlation-id'))
    expect(read(answer)).not.toContain(en.error.what)
    expect(refused).toHaveLength(1)
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
    expect(read(answer)).toContain(en.partnerSignIn.ended.form)
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

  it('forgets the session in this browser even where the broker does not answer', async () => {
    const { desk, refused } = deskWith({ signOut: () => Promise.reject(new Error('down')) })
    const answer = await signOut(desk, requestOf({ form: { csrf }, cookie: signedIn }))
    expect(answer.cookies).toEqual([expect.objectContaining({ value: '', maxAge: 0 })])
    expect(read(answer)).toContain(en.partnerNotices.signed_out.title)
    expect(refused).toHaveLength(1)
  })
})
