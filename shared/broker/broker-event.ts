import type { WhoMustAct } from './broker-error.ts'

/** What the operator's webhooks are told; the names on the wire. */
export type EventType =
  | 'partner.consented'
  | 'grant.expiring'
  | 'grant.consent_needed'
  | 'grant.degraded'
  | 'grant.recovered'
  | 'grant.revoked'
  | 'rotation.stalled'
  | 'app_credential.expiring'

/** Facts of an event beside the partner's own; never a secret. Times in milliseconds since the epoch. */
export type EventFacts = {
  /** Which end nears, or has come. */
  endsAt?: number
  /** The milestone that was reached: 30, 14, 7 or 1. */
  daysLeft?: number
  /** Why, as a code. */
  reason?: string
  whoMustAct?: WhoMustAct
}

/**
 * Something that happened, as it waits in the row that it happened to, then in the queue. Its id is
 * made of facts, so that whatever is sent twice is known again: the same `webhook-id`.
 */
export type BrokerEvent = EventFacts & {
  v: 1
  id: string
  type: EventType
  /** Milliseconds since the epoch. */
  at: number
  /** Tenant id; absent for events of the broker itself. */
  partner?: string
  generation?: number
  /** As they stood in the grant. */
  displayName?: string
  contact?: string
  language?: string
}

/** Puts events into the queue; they are durable when it resolves. Throws `upstream_unavailable`. */
export type SendEvents = (events: readonly BrokerEvent[]) => Promise<void>
