import type { HttpResponseInit } from '@azure/functions'
import { findAudience } from '../../broker/audience.ts'
import type {
  BegunAt,
  Consented,
  ConsentOutcome,
  ConsentRefusal,
} from '../../broker/consent-outcome.ts'
import { outcomePage } from '../pages/outcome-page.ts'
import { page, type OnboardingDesk, type Visitor } from './desk.ts'
import { signedInAnswer } from './session.ts'

type PageRefusal = (ConsentRefusal | { kind: 'cross_site' }) & BegunAt

/** The page of an outcome, whatever it is. */
export const outcomeAnswer = (
  desk: OnboardingDesk,
  visitor: Visitor,
  outcome: ConsentOutcome,
): HttpResponseInit => {
  if (outcome.kind === 'signed_in') return signedInAnswer(desk, visitor, outcome)
  return outcome.kind === 'consented'
    ? consentedAnswer(desk, visitor, outcome)
    : refusalAnswer(desk, visitor, outcome)
}

const consentedAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  { partner, displayName, audiences, ...consented }: Consented,
): HttpResponseInit => {
  const view = {
    ...desk.operator,
    ...consented,
    partner: { tenant: partner, displayName },
    audiences: audiences.map((resource) => ({
      resource,
      permissions: (findAudience(resource)?.permissions ?? []).map((name) => ({ name })),
    })),
    renewUrl: `${desk.onboardingUrl}/renew/${partner}`,
    correlationId: correlation.correlationId,
  }
  return page(desk, correlation, { status: 200, body: outcomePage(view, words) })
}

/** The page of a refusal, with the status that fits it. */
export const refusalAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  refusal: PageRefusal,
): HttpResponseInit => {
  const view = {
    ...desk.operator,
    ...refusal,
    correlationId: correlation.correlationId,
    ...(refusal.begunAt === 'own_page' && { ownPageUrl: '/partner' }),
    ...(refusal.kind === 'not_yours' && { retryUrl: '/partner' }),
  }
  const status = statuses[refusal.kind] ?? 400
  return page(desk, correlation, { status, body: outcomePage(view, words) })
}

const statuses: Partial<Record<PageRefusal['kind'], number>> = {
  invitation_unknown: 404,
  invitation_expired: 410,
  invitation_used: 410,
  other_browser: 403,
  wrong_tenant: 403,
  guest: 403,
  not_an_agent: 403,
  mfa_missing: 403,
  account_mismatch: 403,
  cross_site: 403,
  not_yours: 403,
  not_renewable: 403,
  revoked: 403,
  in_progress: 202,
  superseded: 409,
  unavailable: 503,
  mfa_unproven: 503,
}
