import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { PartnerFacts } from '../../broker/partner/partner-facts.ts'
import { answerHeaders } from '../correlation.ts'
import { partnerPage, type PartnerPageView } from '../pages/partner-page.ts'
import { receiptText } from '../pages/receipt-text.ts'
import { cookieOf } from './cookies.ts'
import { page, shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { signInAnswer } from './partner-sign-in.ts'
import { sessionCookieName, sessionOf, toOwnPage } from './session.ts'

/** `GET /partner`: what is held of this partner, or the way to sign in. */
export const showPartner = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    const facts = await factsOf(desk, request)
    return facts === undefined
      ? notSignedIn(desk, visitor)
      : partnerAnswer(desk, visitor, { status: 200, facts })
  })

/** `GET /partner/receipt`: the consent receipt, as a file. */
export const downloadReceipt = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    const facts = await factsOf(desk, request)
    return facts === undefined ? toOwnPage(desk, visitor) : receiptAnswer(desk, visitor, facts)
  })

/** What is held of the partner of this browser's session; nothing where there is no such session. */
export const factsOf = async (
  { relay }: OnboardingDesk,
  request: HttpRequest,
): Promise<PartnerFacts | undefined> => {
  const session = sessionOf(request)
  const facts = session === undefined ? undefined : await relay.partner({ session })
  return facts?.kind === 'partner' ? facts : undefined
}

// The way to sign in, which says so where a session was.
const notSignedIn = (desk: OnboardingDesk, visitor: Visitor): HttpResponseInit => {
  const hadSession = cookieOf(visitor.request, sessionCookieName) !== undefined
  return signInAnswer(desk, visitor, { status: 200, ...(hadSession && { ended: 'page' }) })
}

type Shown = Pick<PartnerPageView, 'facts' | 'isConfirmationWrong'> & { status: number }

/** The partner's own page. */
export const partnerAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  { status, ...shownWith }: Shown,
): HttpResponseInit => {
  const view = { ...desk.operator, ...shownWith, now: Date.now() }
  return page(desk, correlation, { status, body: partnerPage(view, words) })
}

const receiptAnswer = (
  { operator, onboardingUrl }: OnboardingDesk,
  { words, correlation }: Visitor,
  facts: PartnerFacts,
): HttpResponseInit => {
  const ownPage = `${onboardingUrl}/partner`
  return {
    status: 200,
    headers: {
      ...answerHeaders(correlation),
      'content-type': 'text/plain; charset=utf-8',
      // The partner is a GUID, so that the name needs no quoting of its own.
      'content-disposition': `attachment; filename="${words.receipt.fileName}-${facts.partner}.txt"`,
      'content-security-policy': `default-src 'none'; sandbox`,
    },
    body: receiptText({ ...operator, facts, now: Date.now(), ownPage }, words),
  }
}
