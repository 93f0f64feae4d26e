import type { BrokerEvent, EventFacts, EventType } from '../broker-event.ts'
import type { Grant } from '../grant.ts'

type GrantEventType = Exclude<EventType, 'rotation.stalled' | 'app_credential.expiring'>

// These may happen again within one generation: the time of the change tells them apart. A partner's
// withdrawal may be followed by the operator's revocation, which may count from the same time: the
// reason tells those.
const repeating = new Set<GrantEventType>(['grant.degraded', 'grant.recovered', 'grant.revoked'])

/**
 * Puts an event into the row's outbox, to be written with the change that raised it: neither is there
 * without the other, whatever crashes.
 */
export const raising = (
  grant: Grant,
  type: GrantEventType,
  { at, ...facts }: EventFacts & { at: number },
): Grant => ({
  ...grant,
  outbox: [...(grant.outbox ?? []), eventOf(grant, type, { at, ...facts })],
})

const eventOf = (
  { partner, generation, displayName, contact, language }: Grant,
  type: GrantEventType,
  { at, ...facts }: EventFacts & { at: number },
): BrokerEvent => ({
  v: 1,
  id: idOf({ partner, generation, type, at, ...facts }),
  type,
  at,
  partner,
  generation,
  ...(displayName !== undefined && { displayName }),
  ...(contact !== undefined && { contact }),
  ...(language !== undefined && { language }),
  ...facts,
})

type Identity = {
  partner: string
  generation: number
  type: GrantEventType
  at: number
} & Pick<EventFacts, 'daysLeft' | 'reason'>

const idOf = ({ partner, generation, type, at, daysLeft, reason }: Identity): string =>
  [
    partner,
    generation,
    type === 'grant.revoked' ? reason : type.slice(type.indexOf('.') + 1),
    ...(repeating.has(type) ? [at] : []),
    ...(daysLeft === undefined ? [] : [daysLeft]),
    // The term's milestones are told whether or not those of a token were, which was rotated after all.
    ...(daysLeft !== undefined && reason === 'refresh_token' ? ['token'] : []),
  ].join('-')

/** The grant as it stands once its events are in the queue. */
export const withoutOutbox = ({ outbox: _sent, ...grant }: Grant): Grant => grant
