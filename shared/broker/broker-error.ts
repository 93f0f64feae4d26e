/** Every answer that is not a token, by its code on the wire (docs/errors.md). */
export type BrokerErrorCode =
  | 'request_malformed'
  | 'caller_unauthenticated'
  | 'not_permitted'
  | 'locked_down'
  | 'grant_revoked'
  | 'consent_needed'
  | 'blocked_by_policy'
  | 'customer_consent_needed'
  | 'customer_blocked'
  | 'audience_not_consented'
  | 'lifetime_unavailable'
  | 'throttled'
  | 'upstream_unavailable'
  | 'app_misconfigured'
  | 'internal'

export type WhoMustAct = 'caller' | 'partner_admin' | 'customer_admin' | 'operator' | 'nobody'

export type BrokerErrorDetail = {
  /** OAuth `error`, where the code allows several. */
  error?: 'invalid_request' | 'unsupported_grant_type' | 'invalid_scope'
  /** Inner reason, for the log and the audit record; never on the wire. */
  reason?: string
  suberror?: string
  /** For the record: the permission that decided, and what those in mode `audit` would have. */
  permission?: string
  trials?: readonly string[]
  /** AADSTS numbers, as Entra gave them. */
  errorCodes?: readonly number[]
  whoMustAct?: WhoMustAct
  /** Whole seconds after which a retry makes sense; only for retryable codes. */
  retryAfterSeconds?: number
  /** What a dependency asked for, where a caller is told to come back sooner. */
  askedSeconds?: number
  /** The member of a JSON body that is wrong. */
  field?: string
  /** Partner to whom `reconsent_uri` leads. */
  reconsentPartner?: string
  /** A claims challenge of Entra, to be handed back. */
  claims?: string
}

/** The one error class. `message` says what happened and who must do what, free of secrets. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: BrokerErrorCode
  readonly detail: BrokerErrorDetail

  constructor(code: BrokerErrorCode, message: string, detail: BrokerErrorDetail = {}) {
    super(message)
    this.code = code
    this.detail = detail
  }
}

/** Whether it passes by itself, so that trying again later makes sense. */
export const isTransient = ({ code }: BrokerError): boolean =>
  code === 'throttled' || code === 'upstream_unavailable'

/** What a handler may show of anything thrown: unknown errors become `internal`. */
export const asBrokerError = (thrown: unknown): BrokerError =>
  thrown instanceof BrokerError
    ? thrown
    : new BrokerError('internal', 'the broker failed. The operator must look into its log', {
        reason:
          thrown instanceof Error ? `${thrown.name} at ${firstFrame(thrown)}` : 'not an error',
      })

// Messages of foreign errors may hold URLs and bodies, so only the name and the place are kept.
const firstFrame = (error: Error): string =>
  /\n\s+at ([^\n]*)/.exec(error.stack ?? '')?.[1]?.replace(/\(?(?:file:)?\/[^)]*\//, '') ??
  'unknown'
