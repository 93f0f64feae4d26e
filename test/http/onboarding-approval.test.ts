import { describe, expect, it } from 'vitest'
import { showApproved, startApproval } from '../../shared/http/onboarding/approval.ts'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { bodyOf, deskWith, headersOf, requestOf } from './onboarding-fixture.ts'
import { readableText } from './pages-fixtures.ts'

const { en } = catalogues
const invitation = 'i'.repeat(43)
const params = { invitation }

describe('approving first', () => {
  it('sends the administrator to Microsoft, and remembers the invitation in this browser', async () => {
    const { desk, asked } = deskWith()
    const answer = await startApproval(desk, requestOf({ params, form: {} }))
    expect(answer.status).toBe(303)
    expect(headersOf(answer).get('location')).toBe('https://login.example/adminconsent?y=1')
    expect(answer.cookies).toEqual([
      {
        name: '__Host-invitation',
        value: invitation,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
        maxAge: 1800,
      },
    ])
    expect(asked).toEqual([{ verb: 'approval', request: { link: invitation } }])
  })

  it('of an invitation that is used up gets the page that says so', async () => {
    const { desk } = deskWith({ approval: async () => ({ kind: 'invitation_used' }) })
    const answer = await startApproval(desk, requestOf({ params, form: {} }))
    expect(answer.status).toBe(410)
    expect(answer.cookies).toBeUndefined()
  })

  it.each([
    [{ invitation: 'short' }, {}, 404],
    [params, { 'sec-fetch-site': 'cross-site' }, 403],
    [params, { origin: 'https://evil.example' }, 403],
  ])('by %j with %j asks the broker nothing', async (sent, headers, status) => {
    const { desk, asked } = deskWith()
    const answer = await startApproval(desk, requestOf({ params: sent, form: {}, headers }))
    expect(answer.status).toBe(status)
    expect(answer.cookies).toBeUndefined()
    expect(asked).toEqual([])
  })
})

describe('coming back from the approval', () => {
  const back = (query: string, cookie = `__Host-invitation=${invitation}`) =>
    showApproved(
      deskWith().desk,
      requestOf({
        path: `/consent/approved?${query}`,
        cookie,
        headers: { 'sec-fetch-site': 'cross-site' },
      }),
    )

  it('leads to the invitation that this browser began with, whatever the query says', async () => {
    const answer = await back(
      'admin_consent=True&tenant=x&state=/evil&redirect=https://evil.example',
    )
    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toContain(`href="/onboard/${invitation}"`)
    expect(bodyOf(answer)).not.toContain('evil')
    expect(readableText(bodyOf(answer))).toContain(en.approval.back.what)
  })

  it.each(['', '__Host-invitation=//evil.example', '__Host-invitation=%2F%2Fevil.example'])(
    'without its cookie (%j) says to open the link again',
    async (cookie) => {
      const body = bodyOf(await back('admin_consent=True', cookie))
      expect(readableText(body)).toContain(en.approval.noInvitation)
      expect(body).not.toContain('evil')
    },
  )

  it('says that it was refused in words of our own, and repeats nothing of the query', async () => {
    const query = new URLSearchParams({
      error: 'access_denied<script>',
      error_description: 'AADSTS90094: call +1-555-EVIL <script>alert(1)</script>',
    })
    const body = bodyOf(await back(query.toString()))
    const text = readableText(body)
    expect(text).toContain(en.approval.refused.title)
    expect(text).toContain(en.microsoftErrors.AADSTS90094)
    expect(body).not.toMatch(/EVIL|<script|access_denied/)
    expect(body).toContain(`href="/onboard/${invitation}"`)
  })

  it('shows no code that it has no words for', async () => {
    const body = bodyOf(await back('error=x&error_description=AADSTS4242424'))
    expect(body).not.toContain('4242424')
  })
})
