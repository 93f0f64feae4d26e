/** What is measured; names as they appear in the monitoring, times in milliseconds. */
export type MetricName =
  | 'token_request_ms'
  | 'token_cache_hit'
  | 'redemption_ms'
  | 'policy_age_ms'
  | 'breaker_open'
  | 'audit_dropped'
  | 'rotation_outcome'
  | 'grants_due'
  | 'grants_expiring'
  | 'event_delivered'
  | 'message_failed'

/** Of few values each, and never a secret, an id of a person or a text of a caller. */
export type Dimensions = Record<string, string>

/** Takes one measurement; never waits and never fails. */
export type Metrics = (name: MetricName, value: number, dimensions?: Dimensions) => void
