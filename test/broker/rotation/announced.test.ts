import { expect, test } from 'vitest'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import type { Grant } from '../../../shared/broker/grant.ts'
import { announced } from '../../../shared/broker/rotation/announced.ts'
import { ended } from '../../../shared/broker/rotation/transitions.ts'
import { inMemoryRows } from '../../contract/in-memory/rows.ts'
import { freshGrant, partner, start } from './grants.ts'

/** Grants that send their events, with a worker that dies at the given step and does nothing more. */
const open = (diesAt = Infinity) => {
  const sent: BrokerEvent[] = []
  let steps = 0
  const atStep = () => {
    if (++steps >= diesAt) throw new Error('the worker died')
  }
  const rows = inMemoryRows<Grant>((grant) => grant.partner, {
    beforeWrite: atStep,
    afterWrite: atStep,
  })
  const grants = announced(rows, async (events) => {
    atStep()
    sent.push(...events)
    atStep()
  })
  const revive = () => {
    steps = -Infinity
  }
  return { grants, rows, sent, steps: () => steps, revive }
}

const event = () => ended(freshGrant(), start)

test('what a write raised is sent, and the row does not hold it any more', async () => {
  const { grants, rows, sent } = open()
  const written = await grants.add(event())
  expect(sent.map(({ type }) => type)).toEqual(['grant.consent_needed'])
  const stored = await rows.read(partner)
  expect(stored?.value.outbox).toBeUndefined()
  expect(written).toEqual({ etag: stored?.etag })
})

test('what was not written is not sent', async () => {
  const { grants, rows, sent } = open()
  await rows.add(freshGrant())
  expect(await grants.replace(event(), 'another')).toBe('changed')
  expect(await grants.add(event())).toBe('changed')
  expect(sent).toEqual([])
})

test('a worker that dies at any step loses no event that was written, and invents none', async () => {
  const whole = open()
  await whole.grants.add(event())
  expect(whole.steps()).toBe(6)
  for (let diesAt = 1; diesAt <= whole.steps(); diesAt++) {
    const { grants, rows, sent, revive } = open(diesAt)
    await grants.add(event()).catch(() => undefined)
    revive()
    const stored = await rows.read(partner)
    // What the next look does with a row whose outbox is not empty.
    if (stored?.value.outbox) await grants.replace(stored.value, stored.etag)
    const ids = new Set(sent.map(({ id }) => id))
    expect([diesAt, ids.size]).toEqual([diesAt, stored ? 1 : 0])
    expect((await rows.read(partner))?.value.outbox).toBeUndefined()
  }
})

test('a write is done though its events cannot be sent, and its ETag holds', async () => {
  const rows = inMemoryRows<Grant>((grant) => grant.partner)
  const grants = announced(rows, () => Promise.reject(new Error('no queue')))
  const written = await grants.add(event())
  const stored = await rows.read(partner)
  expect(stored?.value.outbox).toHaveLength(1)
  expect(written).toEqual({ etag: stored?.etag })
})
