import type { BrokerErrorCode, WhoMustAct } from '../broker/broker-error.ts'

export type WireError = {
  status: number
  /** OAuth `error` (RFC 6749 section 5.2, RFC 8707, OpenID Connect). */
  error: string
  suberror?: string
  whoMustAct: WhoMustAct
  retryable: boolean
}

const row = (
  status: number,
  error: string,
  rest: { whoMustAct: WhoMustAct; suberror?: string; retryable?: boolean },
): WireError => ({ status, error, retryable: false, ...rest })

/** The one table from code to wire; a code without a row does not compile. docs/errors.md explains each. */
export const wire: Record<BrokerErrorCode, WireError> = {
  request_malformed: row(400, 'invalid_request', { whoMustAct: 'caller' }),
  caller_unauthenticated: row(401, 'invalid_client', { whoMustAct: 'caller' }),
  not_permitted: row(403, 'access_denied', { whoMustAct: 'operator', suberror: 'not_permitted' }),
  locked_down: row(403, 'access_denied', { whoMustAct: 'operator', suberror: 'lockdown' }),
  grant_revoked: row(403, 'access_denied', { whoMustAct: 'operator', suberror: 'grant_revoked' }),
  consent_needed: row(400, 'interaction_required', {
    whoMustAct: 'partner_admin',
    suberror: 'consent_required',
  }),
  blocked_by_policy: row(400, 'interaction_required', { whoMustAct: 'partner_admin' }),
  customer_consent_needed: row(400, 'interaction_required', {
    whoMustAct: 'operator',
    suberror: 'customer_consent_required',
  }),
  customer_blocked: row(400, 'interaction_required', { whoMustAct: 'customer_admin' }),
  audience_not_consented: row(400, 'invalid_target', { whoMustAct: 'partner_admin' }),
  lifetime_unavailable: row(400, 'invalid_request', {
    whoMustAct: 'caller',
    suberror: 'lifetime_unavailable',
  }),
  throttled: row(429, 'temporarily_unavailable', { whoMustAct: 'nobody', retryable: true }),
  upstream_unavailable: row(503, 'temporarily_unavailable', {
    whoMustAct: 'nobody',
    retryable: true,
  }),
  app_misconfigured: row(500, 'server_error', { whoMustAct: 'operator' }),
  internal: row(500, 'server_error', { whoMustAct: 'operator' }),
}
