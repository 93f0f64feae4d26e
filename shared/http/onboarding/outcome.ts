import type { HttpResponseInit } from '@azure/functions'
import { findAudience } from '../../broker/audience.ts'
import type {
  Consented,
  ConsentOutcome,
  ConsentRefusal,
  SelfServiceRefusal,
} from '../../broker/consent-outcome.ts'
import { outcomePage } from '../pages/outcome-page.ts'
import { page, type OnboardingDesk, type Visitor } from './desk.ts'

type PageRefusal = Exclude<ConsentRefusal, SelfServiceRefusal> | { kind: 'cross_site' }

/** The page of an outcome, whatever it is. */
export const outcomeAnswer = (
  desk: OnboardingDesk,
  visitor: Visitor,
  outcome: ConsentOutcome,
): HttpResponseInit =>
  outcome.kind === 'consented'
    ? consentedAnswer(desk, visitor, outcome)
    : refusalAnswer(desk, visitor, pageOf(outcome))

// The partner's own pages will have words of their own for these.
const pageOf = (outcome: Exclude<ConsentOutcome, Consented>): PageRefusal =>
  outcome.kind === 'signed_in' || outcome.kind === 'not_yours' || outcome.kind === 'not_renewable'
    ? { kind: 'attempt_unknown' }
    : outcome

const consentedAnswer = (
  desk: OnboardingDesk,
  { words, correlation }: Visitor,
  { partner, displayName, audiences, consentedBy, endsAt }: Consented,
): HttpResponseInit => {
  const view = {
    ...desk.operator,
    kind: 'consented' as const,
    partner: { tenant: partner, displayName },
    audiences: audiences.map((resource) => ({
      resource,
      permissions: (findAudience(resource)?.permissions ?? []).map((name) => ({ name })),
    })),
    consentedBy,
    endsAt,
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
  const view = { ...desk.operator, ...refusal, correlationId: correlation.correlationId }
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
  revoked: 403,
  in_progress: 202,
  superseded: 409,
  unavailable: 503,
  mfa_unproven: 503,
}
