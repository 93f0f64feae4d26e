import { BrokerError, type BrokerErrorCode } from './broker-error.ts'
import type { FailureClass } from './failure-classes.ts'
import type { EntraFailure } from './redeem.ts'

const defaultRetrySeconds = 5
// SDKs refuse all calls of their process for as long as they are told: never long.
const longestRetrySeconds = 30

/** The error that a caller sees of what Entra refused. */
export const refusalError = (
  refused: FailureClass,
  failure: EntraFailure,
  partner: string,
): BrokerError => {
  const { code, whoMustAct, suberror, text } = refused
  const retryable = refused.scope === 'transient'
  const wait = Math.min(failure.retryAfterSeconds ?? defaultRetrySeconds, longestRetrySeconds)
  return new BrokerError(code, `${text}. ${remedies[whoMustAct]}`, {
    reason: reasonOf(failure),
    errorCodes: failure.errorCodes,
    whoMustAct,
    ...(code === 'request_malformed' && { error: 'invalid_scope' as const }),
    ...(suberror !== undefined && isInteractive(code) && { suberror }),
    ...(retryable && { retryAfterSeconds: Math.max(1, wait) }),
    ...(whoMustAct === 'partner_admin' &&
      code !== 'blocked_by_policy' && { reconsentPartner: partner }),
    ...(failure.claims !== undefined && { claims: failure.claims }),
  })
}

// Entra's suberror refines `interaction_required` and means nothing beside any other error.
const isInteractive = (code: BrokerErrorCode): boolean =>
  ['consent_needed', 'blocked_by_policy', 'customer_consent_needed', 'customer_blocked'].includes(
    code,
  )

const remedies = {
  caller: 'The caller must correct its request',
  partner_admin: "The partner's administrator must act",
  customer_admin: "The customer's administrator must act",
  operator: 'The operator must act',
  nobody: 'Try again shortly',
}

// Status 0 means that there was no answer of Entra's: then `error` is a word of ours.
const reasonOf = ({ status, error, suberror, errorCodes }: EntraFailure): string =>
  ['entra', status || undefined, error, suberror, ...errorCodes]
    .filter((part) => part !== undefined)
    .join('_')
