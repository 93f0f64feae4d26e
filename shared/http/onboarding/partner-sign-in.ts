import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { parseGuid } from '../../broker/tenant-id.ts'
import { noticePage } from '../pages/notice-page.ts'
import { partnerSignInPage, type PartnerSignInView } from '../pages/partner-sign-in-page.ts'
import { page, shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { readFields } from './form-fields.ts'
import { isFromOwnPage } from './own-page.ts'
import { refusalAnswer } from './outcome.ts'
import { forgetSession } from './session.ts'
import { startedAnswer } from './started.ts'

/** `GET /renew/{partner}`: the same bytes whatever the partner, so that it is no oracle. */
export const showRenew = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) =>
    partnerOf(request) === undefined
      ? wrongLink(desk, visitor)
      : signInAnswer(desk, visitor, { status: 200, isRenewal: true }),
  )

/** `POST /renew/{partner}`: starts the sign-in to the partner's own page. */
export const startRenewal = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    if (!isFromOwnPage(request, desk.onboardingUrl)) return crossSite(desk, visitor)
    const partner = partnerOf(request)
    return partner === undefined ? wrongLink(desk, visitor) : start(desk, visitor, partner)
  })

/** `POST /partner`: the same, for a tenant ID that was typed. */
export const startByTenant = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    if (!isFromOwnPage(request, desk.onboardingUrl)) return crossSite(desk, visitor)
    const tenant = (await readFields(request))('tenant')
    const partner = parseGuid(tenant)
    return partner === undefined
      ? signInAnswer(desk, visitor, { status: 400, typed: tenant.slice(0, 100) })
      : start(desk, visitor, partner)
  })

type Shown = Partial<PartnerSignInView> & { status: number }

/** The page at which a partner signs in; a session that is over is forgotten with it. */
export const signInAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  { status, ...shownWith }: Shown,
): HttpResponseInit => {
  const view = { ...desk.operator, isRenewal: false, ...shownWith }
  const answer = page(desk, correlation, { status, body: partnerSignInPage(view, words) })
  return view.ended ? { ...answer, cookies: [forgetSession] } : answer
}

const start = async (
  desk: OnboardingDesk,
  visitor: Visitor,
  partner: string,
): Promise<HttpResponseInit> => startedAnswer(visitor, await desk.relay.partnerSignIn({ partner }))

/** The page of a form that was not sent from ours. */
export const crossSite = (desk: OnboardingDesk, visitor: Visitor) =>
  refusalAnswer(desk, visitor, { kind: 'cross_site' })

const wrongLink = (desk: OnboardingDesk, { words, correlation }: Visitor): HttpResponseInit => {
  const view = { ...desk.operator, kind: 'renew_link_wrong' as const }
  return page(desk, correlation, { status: 404, body: noticePage(view, words) })
}

const partnerOf = (request: HttpRequest): string | undefined =>
  parseGuid(request.params['partner'] ?? '')
