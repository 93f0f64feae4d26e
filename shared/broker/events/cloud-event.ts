import type { BrokerEvent, EventType } from '../broker-event.ts'
import type { WhoMustAct } from '../broker-error.ts'
import type { Message } from '../invitation-message.ts'
import { eventMessage } from './event-message.ts'

/** What an event says of the broker itself. */
export type Announcer = {
  /** Public addresses. */
  brokerUrl: string
  onboardingUrl: string
  operator: { name: string; contact: string }
}

/** The `data` of an event; times in ISO 8601. */
export type EventData = {
  partner?: string
  displayName?: string
  /** Whom to tell; the operator, for events of the broker itself. */
  contact?: string
  language: string
  generation?: number
  endsAt?: string
  daysLeft?: number
  reason?: string
  whoMustAct: WhoMustAct
  renewUri?: string
  /** Ready to be sent to `contact`. */
  message: Message
}

/** CloudEvents 1.0, structured JSON. */
export type CloudEvent = {
  specversion: '1.0'
  id: string
  source: string
  type: EventType
  subject?: string
  time: string
  datacontenttype: 'application/json'
  data: EventData
}

/**
 * The id on the wire, equal in `id` and `webhook-id`: without the full stop, which separates the
 * parts of what is signed, and without what no header may hold.
 */
export const wireIdOf = ({ id }: Pick<BrokerEvent, 'id'>): string =>
  id.replaceAll(/[^A-Za-z0-9_:-]/g, '_')

/** An event as the webhooks get it. It depends on nothing but event and settings: sent twice, it is the same. */
export const cloudEvent = (announcer: Announcer, event: BrokerEvent): CloudEvent => {
  const { partner, type, at } = event
  return {
    specversion: '1.0',
    id: wireIdOf(event),
    source: announcer.brokerUrl,
    type,
    ...(partner !== undefined && { subject: partner }),
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: dataOf(announcer, event),
  }
}

const dataOf = (announcer: Announcer, event: BrokerEvent): EventData => {
  const { endsAt, daysLeft, reason, partner, displayName, generation } = event
  const { operator, onboardingUrl } = announcer
  const whoMustAct = event.whoMustAct ?? actsOn[event.type]
  const contact = partner === undefined ? operator.contact : event.contact
  const renewUri = partner === undefined ? undefined : `${onboardingUrl}/renew/${partner}`
  const said = { ...event, whoMustAct }
  return {
    ...(partner !== undefined && { partner }),
    ...(displayName !== undefined && { displayName }),
    ...(contact !== undefined && { contact }),
    language: event.language === 'nl' ? 'nl' : 'en',
    ...(generation !== undefined && { generation }),
    ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
    ...(daysLeft !== undefined && { daysLeft }),
    ...(reason !== undefined && { reason }),
    whoMustAct,
    ...(renewUri !== undefined && { renewUri }),
    message: eventMessage({ event: said, operator, onboardingUrl }),
  }
}

// Who must act where the event does not say it.
const actsOn: Record<EventType, WhoMustAct> = {
  'partner.consented': 'nobody',
  'grant.expiring': 'partner_admin',
  'grant.consent_needed': 'partner_admin',
  'grant.degraded': 'partner_admin',
  'grant.recovered': 'nobody',
  'grant.revoked': 'nobody',
  'rotation.stalled': 'operator',
  'app_credential.expiring': 'operator',
}
