import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { asBrokerError } from '../../broker/broker-error.ts'
import type { PartnerRefusal, Withdrawn } from '../../broker/partner/partner-relay.ts'
import { noticePage, type NoticeView } from '../pages/notice-page.ts'
import { withdrawnPage } from '../pages/partner-withdraw.ts'
import { page, shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { readFields } from './form-fields.ts'
import { refusalAnswer } from './outcome.ts'
import { isFromOwnPage } from './own-page.ts'
import { factsOf, partnerAnswer } from './partner.ts'
import { crossSite, signInAnswer } from './partner-sign-in.ts'
import { forgetSession, sessionOf, toOwnPage } from './session.ts'
import { startedAnswer } from './started.ts'

/** `POST /partner/renew`: starts the sign-in that renews the consent. */
export const startOwnRenewal = (desk: OnboardingDesk, request: HttpRequest) =>
  withForm(desk, request, async (visitor, { session, csrf }) => {
    const result = await desk.relay.renew({ session, csrf })
    return result.kind === 'started'
      ? startedAnswer(visitor, result)
      : refused(desk, visitor, result)
  })

/** `POST /partner/withdraw`: withdraws the consent, once the tenant ID was typed. */
export const withdrawConsent = (desk: OnboardingDesk, request: HttpRequest) =>
  withForm(desk, request, async (visitor, { field, ...form }) => {
    const { correlationId } = visitor.correlation
    const confirmation = field('confirmation')
    const asked = desk.relay.withdraw({ ...form, confirmation, correlationId })
    const result = await asked.catch(withoutAnswer(desk, visitor))
    if (result === undefined) return notice(desk, visitor, { status: 503, kind: 'unanswered' })
    return result.kind === 'withdrawn'
      ? withdrawnAnswer(desk, visitor, result)
      : refused(desk, visitor, result)
  })

// A withdrawal whose answer is lost may hold all the same: the page must not say that nothing was done.
const withoutAnswer =
  (desk: OnboardingDesk, { correlation }: Visitor) =>
  (thrown: unknown): undefined => {
    desk.onRefused(asBrokerError(thrown), correlation)
  }

/** `POST /partner/sign-out`: ends the session, here and at the broker. */
export const signOut = (desk: OnboardingDesk, request: HttpRequest) =>
  withForm(desk, request, async (visitor, { session, csrf }) => {
    // Forgotten here the session is of no use to anybody, whether the broker answers or not.
    const result = await desk.relay.signOut({ session, csrf }).catch(withoutAnswer(desk, visitor))
    if (result && result.kind !== 'signed_out') return refused(desk, visitor, result)
    const microsoftSignOut = `${desk.authorityHost}/common/oauth2/v2.0/logout`
    const answer = notice(desk, visitor, { status: 200, kind: 'signed_out', microsoftSignOut })
    return { ...answer, cookies: [forgetSession] }
  })

type Form = { session: string; csrf: string; field: (name: string) => string }

// In this order: another site learns nothing of who is signed in here.
const withForm = (
  desk: OnboardingDesk,
  request: HttpRequest,
  run: (visitor: Visitor, form: Form) => Promise<HttpResponseInit>,
) =>
  shown(desk, request, async (visitor) => {
    // Somebody opened the address of a form's answer again.
    if (request.method === 'GET') return toOwnPage(desk, visitor)
    if (!isFromOwnPage(request, desk.onboardingUrl)) return crossSite(desk, visitor)
    const session = sessionOf(request)
    if (session === undefined) return formInVain(desk, visitor)
    const field = await readFields(request)
    const csrf = field('csrf')
    return csrf === ''
      ? refused(desk, visitor, { kind: 'form_expired' })
      : run(visitor, { session, csrf, field })
  })

const refused = async (
  desk: OnboardingDesk,
  visitor: Visitor,
  { kind }: PartnerRefusal,
): Promise<HttpResponseInit> => {
  if (kind === 'form_expired') return notice(desk, visitor, { status: 403, kind })
  if (kind === 'not_renewable') return refusalAnswer(desk, visitor, { kind })
  const facts = kind === 'signed_out' ? undefined : await factsOf(desk, visitor.request)
  return facts === undefined
    ? formInVain(desk, visitor)
    : partnerAnswer(desk, visitor, { status: 400, facts, isConfirmationWrong: true })
}

// The browser forgets the cookie when the session ends: whoever sends a form had one.
const formInVain = (desk: OnboardingDesk, visitor: Visitor): HttpResponseInit =>
  signInAnswer(desk, visitor, { status: 403, ended: 'form' })

type Notice = Pick<NoticeView, 'kind' | 'microsoftSignOut'> & { status: number }

const notice = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  { status, ...shownWith }: Notice,
): HttpResponseInit => {
  const { correlationId } = correlation
  const view = { ...desk.operator, ...shownWith, correlationId }
  return page(desk, correlation, { status, body: noticePage(view, words) })
}

// The broker ends the session with the consent.
const withdrawnAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  withdrawn: Withdrawn,
): HttpResponseInit => {
  const view = { ...desk.operator, withdrawn, correlationId: correlation.correlationId }
  const answer = page(desk, correlation, { status: 200, body: withdrawnPage(view, words) })
  return { ...answer, cookies: [forgetSession] }
}
