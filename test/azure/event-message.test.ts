import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readEventMessage } from '../../shared/azure/event-message.ts'
import type { BrokerEvent } from '../../shared/broker/broker-event.ts'
import type { Delivery } from '../../shared/broker/events/delivery.ts'

const event: BrokerEvent = { v: 1, id: 'i', type: 'grant.revoked', at: 5, partner: 'p' }
const delivery: Delivery = { v: 1, webhook: 'k', host: 'h', attempt: 2, event }

describe('a message of the queue of events', () => {
  it('is an event, or a delivery of one', () => {
    expect(readEventMessage(event)).toEqual(event)
    expect(readEventMessage(delivery)).toEqual(delivery)
  })

  it('of the next version is understood, members that nobody knows included', () => {
    expect(readEventMessage({ ...event, v: 2, more: 1 })).toMatchObject({ ...event, more: 1 })
    const next = { ...delivery, v: 2, event: { ...event, v: 2 } }
    expect(readEventMessage(next)).toMatchObject(delivery)
  })

  it.each([
    ['of a version after that', { ...event, v: 3 }],
    ['of an unknown type', { ...event, type: 'grant.lost' }],
    ['without a time', { ...event, at: undefined }],
    ['whose event is none', { ...delivery, event: {} }],
    ['of attempt 0', { ...delivery, attempt: 0 }],
  ])('%s is none', (_, value) => {
    expect(readEventMessage(value)).toBeUndefined()
  })
})

test('whatever comes, it is read or it is not; nothing is thrown', () => {
  const members = fc.constantFrom('v', 'id', 'type', 'at', 'webhook', 'host', 'attempt', 'event')
  const values = fc.oneof(
    fc.anything(),
    fc.constant(1),
    fc.constant(event),
    fc.constant('grant.revoked'),
  )
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(members, values)), (value) => {
      const read = readEventMessage(value)
      if (read) expect(['grant.revoked']).toContain('webhook' in read ? read.event.type : read.type)
    }),
  )
})
