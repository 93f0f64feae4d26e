import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { PartnerRefusal } from '../../broker/partner/partner-relay.ts'
import { noticePage, type NoticeView } from '../pages/notice-page.ts'
import { withdrawnPage, type WithdrawnView } from '../pages/partner-withdraw.ts'
import { page, shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { readFields } from './form-fields.ts'
import { refusalAnswer } from './outcome.ts'
import { isFromOwnPage } from './own-page.ts'
import { factsOf, notSignedIn, partnerAnswer } from './partner.ts'
import { crossSite } from './partner-sign-in.ts'
import { forgetSession, sessionOf } from './session.ts'
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
    // Asked before: afterwards the session may be over. A withdrawal never waits for it in vain.
    const app = (await factsOf(desk, request).catch(() => undefined))?.app
    const result = await desk.relay.withdraw({ ...form, confirmation, correlationId })
    return result.kind === 'withdrawn'
      ? withdrawnAnswer(desk, visitor, { withdrawn: result, app })
      : refused(desk, visitor, result)
  })

/** `POST /partner/sign-out`: ends the session, here and at the broker. */
export const signOut = (desk: OnboardingDesk, request: HttpRequest) =>
  withForm(desk, request, async (visitor, { session, csrf }) => {
    const result = await desk.relay.signOut({ session, csrf })
    if (result.kind !== 'signed_out') return refused(desk, visitor, result)
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
    if (!isFromOwnPage(request, desk.onboardingUrl)) return crossSite(desk, visitor)
    const session = sessionOf(request)
    if (session === undefined) return notSignedIn(desk, visitor, 403)
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
    ? notSignedIn(desk, visitor, 403)
    : partnerAnswer(desk, visitor, { status: 400, facts, isConfirmationWrong: true })
}

type Notice = Pick<NoticeView, 'kind' | 'microsoftSignOut'> & { status: number }

const notice = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  { status, ...shownWith }: Notice,
): HttpResponseInit =>
  page(desk, correlation, { status, body: noticePage({ ...desk.operator, ...shownWith }, words) })

// The broker ends the session with the consent.
const withdrawnAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  done: Pick<WithdrawnView, 'withdrawn' | 'app'>,
): HttpResponseInit => {
  const view = { ...desk.operator, ...done, correlationId: correlation.correlationId }
  const answer = page(desk, correlation, { status: 200, body: withdrawnPage(view, words) })
  return { ...answer, cookies: [forgetSession] }
}
