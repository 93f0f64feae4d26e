import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { InvitationFacts } from '../../broker/relay.ts'
import { attemptLifetimeMs } from '../../broker/attempt.ts'
import { withHeaders, answerHeaders } from '../correlation.ts'
import { invitationPage } from '../pages/invitation-page.ts'
import { attemptCookie } from './attempt-cookie.ts'
import { page, shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { isFromOwnPage } from './own-page.ts'
import { refusalAnswer } from './outcome.ts'

/** `GET /onboard/{invitation}`: reading changes nothing, so that a link scanner does no harm. */
export const showInvitation = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    const link = linkOf(request)
    const facts = isLink(link) ? await desk.relay.invitation({ link }) : unknown
    if (facts.kind !== 'open') return refusalAnswer(desk, visitor, facts)
    const body = invitationPage(viewOf(desk, facts, link), visitor.words)
    return page(desk, visitor.correlation, { status: 200, body })
  })

/** `POST /onboard/{invitation}`: starts a sign-in, from our own page only. */
export const startFromInvitation = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    if (!isFromOwnPage(request, desk.onboardingUrl)) {
      return refusalAnswer(desk, visitor, { kind: 'cross_site' })
    }
    const link = linkOf(request)
    const result = isLink(link) ? await desk.relay.signIn({ link }) : unknown
    if (result.kind !== 'started') return refusalAnswer(desk, visitor, result)
    return redirect(visitor, result)
  })

const redirect = (
  { correlation }: Visitor,
  { address, attempt, browser }: { address: string; attempt: string; browser: string },
): HttpResponseInit => ({
  ...withHeaders({ status: 303, headers: answerHeaders(correlation) }, { location: address }),
  cookies: [
    {
      name: attemptCookie(attempt),
      value: browser,
      path: '/',
      secure: true,
      httpOnly: true,
      // Entra's form post is cross-site: the cookie must come along with it.
      sameSite: 'None',
      maxAge: attemptLifetimeMs / 1000,
    },
  ],
})

const unknown = { kind: 'invitation_unknown' } as const

// 256 bits in base64url. What is no link needs no question to the broker.
const isLink = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)

const linkOf = (request: HttpRequest): string => request.params['invitation'] ?? ''

const viewOf = (desk: OnboardingDesk, facts: InvitationFacts, link: string) => ({
  ...desk.operator,
  app: facts.app,
  partner: { tenant: facts.partner, displayName: facts.displayName },
  code: facts.code,
  audiences: facts.audiences.map(({ resource, permissions }) => ({
    resource,
    permissions: permissions.map((name) => ({ name })),
  })),
  consentTermDays: facts.consentTermDays,
  expiresAt: facts.expiresAt,
  addresses: facts.addresses,
  action: `/onboard/${encodeURIComponent(link)}`,
})
