import { log } from '../azure/log.ts'
import type { AuditRecord } from '../broker/audit.ts'
import type { OutcomeFacts } from '../broker/answer-callback.ts'
import type { ConsentOutcome } from '../broker/consent-outcome.ts'
import { wireIdOf } from '../broker/events/cloud-event.ts'
import type { ReportDelivery } from '../broker/events/delivery.ts'
import type { OnPartner } from '../broker/partner/on-partner.ts'
import type { BrokerError } from '../broker/broker-error.ts'
import type { Metrics } from '../broker/metrics.ts'
import type { Swept } from '../broker/rotation/sweep-shard.ts'
import type { Tended } from '../broker/rotation/tend-grant.ts'
import type { Correlation } from '../http/correlation.ts'
import { wire } from '../http/wire.ts'

/** One line beside each audit record. */
export const auditLine = (record: AuditRecord): void =>
  log(
    record.outcome === 'refused' ? 'warning' : 'information',
    `${record.kind}_${record.outcome}`,
    record,
  )

/** One line for each sign-in that was decided; a token of another person than signed in alarms. */
export const consentLine = (
  outcome: ConsentOutcome,
  { kind, invitation, ...rest }: OutcomeFacts,
): void => {
  const facts = { ...rest, ...(invitation !== '' && { invitation }) }
  if (outcome.kind === 'account_mismatch') alarm('token_owner_mismatch', facts)
  const isDone = outcome.kind === 'consented' || outcome.kind === 'signed_in'
  log(isDone ? 'information' : 'warning', `${kind}_${outcome.kind}`, facts)
}

/** One line for each attempt to deliver an event; never the address, only its host. */
export const deliveryLine: ReportDelivery = (outcome, message) => {
  const { event, host, attempt } =
    'webhook' in message ? message : { event: message, host: undefined, attempt: undefined }
  const { type, partner } = event
  const facts = { outcome, id: wireIdOf(event), type, partner, host, attempt }
  log(outcome === 'delivered' ? 'information' : 'warning', 'event_delivery', facts)
}
/** One line for what was done on a partner's own pages. */
export const partnerLine: OnPartner = (event, facts) => log('information', event, facts)

/** Something that a person must look at. */
export const alarm = (name: string, facts: Record<string, string | number>): void =>
  log('error', `alarm_${name}`, facts)

/** Refusals are recorded without waiting: when too many wait, they are counted instead. */
export const auditOverflow = (dropped: number): void => alarm('audit_overflow', { dropped })

/** One line for each refusal; faults of ours are errors, refused callers are warnings. */
export const refused = (
  { code, message, detail }: BrokerError,
  { correlationId, clientRequestId }: Correlation,
): void =>
  log(wire[code].status >= 500 ? 'error' : 'warning', 'refused', {
    code,
    message,
    reason: detail.reason,
    correlationId,
    clientRequestId,
  })

/** Why the app is not ready, or failed: for our own settings errors the text, else the name. */
export const failed = (event: string, thrown: unknown): void => {
  if (!(thrown instanceof Error)) return log('error', event, { problem: 'not an error' })
  const reason = 'detail' in thrown ? JSON.stringify(thrown.detail) : undefined
  const isOurs = thrown.name === 'SettingsError' || thrown.name === 'BrokerError'
  log('error', event, { problem: isOurs ? thrown.message : thrown.name, reason })
}

/** Told of a circuit that opens or has closed again. */
export const breakerChanged =
  (metrics: Metrics) =>
  (dependency: string) =>
  (state: 'open' | 'closed'): void => {
    log(state === 'open' ? 'error' : 'information', `breaker_${state}`, { dependency })
    metrics('breaker_open', state === 'open' ? 1 : 0, { dependency })
  }

const quiet = new Set<Tended['outcome']>(['not_due', 'kept', 'lost', 'absent'])

/** One line for each grant that was tended, but for those at which nothing happened; and a metric. */
export const tendedLine =
  (metrics: Metrics) =>
  (tended: Tended, facts: { partner: string; correlationId: string }): void => {
    const { outcome } = tended
    metrics('rotation_outcome', 1, { outcome })
    if (quiet.has(outcome)) return
    const reason = 'error' in tended ? (tended.error.detail.reason ?? tended.error.code) : undefined
    if (outcome === 'halt') return alarm('rotation_halted', { ...facts, reason: reason ?? '' })
    const level = outcome === 'rotated' || outcome === 'ended' ? 'information' : 'warning'
    log(level, `grant_${outcome}`, { ...facts, reason })
  }

/** What a sweep of one shard found. */
export const sweptLine =
  (metrics: Metrics) =>
  (shard: string, swept: Swept | { retry: BrokerError }): void => {
    if ('retry' in swept) {
      return log('warning', 'shard_retry', { shard, reason: swept.retry.detail.reason })
    }
    const { due, expiring } = swept
    metrics('grants_due', due)
    metrics('grants_expiring', expiring)
    if (due > 0) log('information', 'shard_swept', { shard, due, expiring })
  }
