import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { answerHeaders, withHeaders } from '../correlation.ts'
import { approvedPage } from '../pages/approved-page.ts'
import { aadstsIn } from './callback.ts'
import { cookieOf, hostCookie } from './cookies.ts'
import { page, shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { invitationPath, isLink, linkOf } from './invitation-link.ts'
import { isFromOwnPage } from './own-page.ts'
import { refusalAnswer } from './outcome.ts'

const name = '__Host-invitation'

// Long enough to activate a role in PIM and to read what Microsoft lists.
const maxAge = 30 * 60

/** `POST /onboard/{invitation}/approve`: sends an administrator to approve the application. */
export const startApproval = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    if (!isFromOwnPage(request, desk.onboardingUrl)) {
      return refusalAnswer(desk, visitor, { kind: 'cross_site' })
    }
    const link = linkOf(request)
    const result = isLink(link) ? await desk.relay.approval({ link }) : unknown
    return result.kind === 'approval'
      ? toApproval(visitor, result.address, link)
      : refusalAnswer(desk, visitor, result)
  })

/** `GET /consent/approved`: believes and stores nothing of the query, and leads back. */
export const showApproved = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async ({ words, correlation }) => {
    const link = cookieOf(request, name)
    const [code] = aadstsIn(request.query.get('error_description'))
    const view = {
      ...desk.operator,
      isRefused: request.query.has('error'),
      ...(code !== undefined && { errorCode: `AADSTS${code}` }),
      ...(link !== undefined && isLink(link) && { invitation: invitationPath(link) }),
    }
    return page(desk, correlation, { status: 200, body: approvedPage(view, words) })
  })

const unknown = { kind: 'invitation_unknown' } as const

// Microsoft brings nothing back that could be believed: this browser itself remembers where it began.
const toApproval = ({ correlation }: Visitor, address: string, link: string): HttpResponseInit => ({
  ...withHeaders({ status: 303, headers: answerHeaders(correlation) }, { location: address }),
  cookies: [hostCookie(name, link, { sameSite: 'Lax', maxAge })],
})
