import { describe, expect, it } from 'vitest'
import type { ConsentOutcome } from '../../shared/broker/consent-outcome.ts'
import { answerEntra } from '../../shared/http/onboarding/callback.ts'
import {
  showRenew,
  startByTenant,
  startRenewal,
} from '../../shared/http/onboarding/partner-sign-in.ts'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import {
  bodyOf,
  deskWith,
  headersOf,
  onboardingUrl,
  requestOf,
  session,
  started,
} from './onboarding-fixture.ts'
import { readableText } from './pages-fixtures.ts'
import { partnerFacts } from './partner-fixtures.ts'

const { en } = catalogues
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

  it('opened by its address leads to the page, whatever the query says, and asks for nothing', async () => {
    const { desk, asked } = deskWith()
    const path = `/consent/callback?state=${'t'.repeat(43)}&code=c`
    const answer = await answerEntra(desk, requestOf({ path }))
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe(`${onboardingUrl}/partner`)
    expect(answer.cookies).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('again, without a session, only leads to the page', async () => {
    const { desk } = deskWith({ callback: async () => ({ kind: 'signed_in' }) })
    const answer = await answerEntra(desk, callback())
    expect(answer.status).toBe(303)
    expect(answer.cookies).toBeUndefined()
  })

  it('refused leads back to the page only where it was begun there', async () => {
    const refusal = { kind: 'signin_cancelled' } as const
    const from = async (outcome: ConsentOutcome) =>
      bodyOf(await answerEntra(deskWith({ callback: async () => outcome }).desk, callback()))
    const link = 'href="/partner"'
    expect(await from({ ...refusal, begunAt: 'own_page' })).toContain(link)
    expect(await from(refusal)).not.toContain(link)
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
