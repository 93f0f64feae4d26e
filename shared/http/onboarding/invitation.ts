import type { HttpRequest } from '@azure/functions'
import type { InvitationFacts } from '../../broker/relay.ts'
import { invitationPage } from '../pages/invitation-page.ts'
import { readFields } from './form-fields.ts'
import { page, shown, type OnboardingDesk } from './desk.ts'
import { isFromOwnPage } from './own-page.ts'
import { invitationPath, isLink, linkOf } from './invitation-link.ts'
import { refusalAnswer } from './outcome.ts'
import { startedAnswer } from './started.ts'

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
    const term = termIn(await readFields(request))
    const result = isLink(link) ? await desk.relay.signIn({ link, ...term }) : unknown
    if (result.kind !== 'started') return refusalAnswer(desk, visitor, result)
    return startedAnswer(visitor, result)
  })

// The broker takes the shorter of this and what the invitation offers.
const termIn = (field: (name: string) => string): { termDays?: number } => {
  const text = field('term')
  return /^[1-9]\d{0,3}$/.test(text) ? { termDays: Math.min(Number(text), mostDays) } : {}
}

const mostDays = 3650

const unknown = { kind: 'invitation_unknown' } as const

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
  action: invitationPath(link),
})
