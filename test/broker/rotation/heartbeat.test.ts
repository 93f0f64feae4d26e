import { beforeEach, expect, test, vi } from 'vitest'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import {
  flagCredential,
  type CredentialEnd,
} from '../../../shared/broker/rotation/credential-end.ts'
import {
  beat,
  stalledAfterMs,
  watchHeartbeat,
  type Heartbeat,
} from '../../../shared/broker/rotation/heartbeat.ts'
import { startRun } from '../../../shared/broker/rotation/sweep-shard.ts'
import { inMemoryRows, type WriteHooks } from '../../contract/in-memory/rows.ts'
import { dayMs, hourMs, start } from './grants.ts'

let hooks: WriteHooks
let sent: BrokerEvent[]
let alarm: ReturnType<typeof vi.fn<(name: string) => void>>
let clock: { now: number }
let endsAt: CredentialEnd
let ports: Parameters<typeof watchHeartbeat>[0] & Parameters<typeof flagCredential>[0]

beforeEach(() => {
  hooks = {}
  sent = []
  alarm = vi.fn()
  clock = { now: start }
  endsAt = undefined
  ports = {
    heartbeats: inMemoryRows<Heartbeat>(({ name }) => name, {
      beforeWrite: (step) => hooks.beforeWrite?.(step),
      afterWrite: (step) => hooks.afterWrite?.(step),
    }),
    now: () => clock.now,
    sendEvents: async (events) => void sent.push(...events),
    alarm,
    credentialEnd: async () => endsAt,
  }
})

const row = async () => (await ports.heartbeats.read('heartbeat'))?.value
const looksStalled = async () => (await watchHeartbeat(ports)).isStalled

test('a timer that misses two runs is told of once, by whoever looks first, until it runs again', async () => {
  await beat(ports)
  clock.now += stalledAfterMs
  expect(await looksStalled()).toBe(false)
  clock.now += 1
  expect(await looksStalled()).toBe(true)
  clock.now += hourMs
  expect(await looksStalled()).toBe(true)
  expect(sent).toEqual([
    expect.objectContaining({ type: 'rotation.stalled', id: `rotation-stalled-${start}` }),
  ])
  expect(alarm).toHaveBeenCalledOnce()
  await beat(ports)
  expect(await looksStalled()).toBe(false)
  expect(await row()).not.toHaveProperty('stalledAt')
  clock.now += stalledAfterMs + 1
  await looksStalled()
  expect(new Set(sent.map(({ id }) => id)).size).toBe(2)
})

test('a timer that runs but cannot send its messages is told of like one that stands still', async () => {
  const sendShard = vi.fn(async () => {})
  await startRun({ ...ports, sendShard })
  expect(sendShard).toHaveBeenCalledTimes(256)
  sendShard.mockImplementation(async () => {
    if (sendShard.mock.calls.length % 256 === 200) throw new Error('no queue')
  })
  for (let hour = 0; hour < 3; hour++) {
    clock.now += hourMs
    await expect(startRun({ ...ports, sendShard })).rejects.toThrow('no queue')
  }
  expect(await looksStalled()).toBe(true)
  expect(sent.map(({ type }) => type)).toEqual(['rotation.stalled'])
})

test('a timer that never ran is told of too, counted from the first look', async () => {
  expect(await looksStalled()).toBe(false)
  clock.now += stalledAfterMs + 1
  expect(await looksStalled()).toBe(true)
  expect(sent).toHaveLength(1)
})

test('a clock that is five minutes ahead of the timer’s raises no alarm', async () => {
  await beat(ports)
  // The timer is to run every hour; here it was late by two minutes, after one run that failed.
  clock.now += 2 * hourMs + (2 + 5) * 60_000
  expect(await looksStalled()).toBe(false)
})

test('instances that look at the same time send the same event, and a crash before the mark repeats it', async () => {
  await beat(ports)
  clock.now += stalledAfterMs + 1
  hooks.beforeWrite = () => {
    throw new Error('the worker died')
  }
  await expect(watchHeartbeat(ports)).rejects.toThrow('died')
  hooks.beforeWrite = () => {}
  clock.now += 1
  await Promise.all([looksStalled(), looksStalled()])
  expect(sent.length).toBeGreaterThanOrEqual(2)
  for (const one of sent) expect(one).toEqual(sent[0])
  const told = sent.length
  await looksStalled()
  expect(sent).toHaveLength(told)
})

test('a beat that loses the race to who tells of the stall is not lost', async () => {
  await beat(ports)
  clock.now += stalledAfterMs + 1
  hooks.beforeWrite = async () => {
    hooks = {}
    await watchHeartbeat(ports)
  }
  await beat(ports)
  expect(await row()).toMatchObject({ at: clock.now })
  expect(await looksStalled()).toBe(false)
})

test('two first beats at once are one', async () => {
  await Promise.all([beat(ports), beat(ports)])
  expect(await row()).toEqual({ v: 1, name: 'heartbeat', at: start })
})

test('a credential without an end is not flagged, nor is one before the first beat', async () => {
  endsAt = start + 1
  await flagCredential(ports)
  await beat(ports)
  endsAt = undefined
  await flagCredential(ports)
  expect(sent).toEqual([])
})

test('a credential that does not say when it ends is shown to the operator, and told to nobody', async () => {
  await beat(ports)
  endsAt = 'unknown'
  await flagCredential(ports)
  expect(alarm).toHaveBeenCalledWith('credential_end_unknown', {})
  expect(sent).toEqual([])
})

test('the end of our credential is told at each milestone once, however often the timer runs', async () => {
  endsAt = start + 40 * dayMs
  for (let hour = 0; hour <= 41 * 24; hour++) {
    await beat(ports)
    await flagCredential(ports)
    await flagCredential(ports)
    clock.now += hourMs
  }
  expect(sent.map(({ daysLeft }) => daysLeft)).toEqual([30, 14, 7, 1])
  expect(sent.every(({ whoMustAct }) => whoMustAct === 'operator')).toBe(true)
})

test('of several milestones missed the nearest is told, and a new credential begins anew', async () => {
  endsAt = start + 5 * dayMs
  await beat(ports)
  await flagCredential(ports)
  endsAt = start + 20 * dayMs
  await flagCredential(ports)
  await flagCredential(ports)
  expect(sent.map(({ daysLeft }) => daysLeft)).toEqual([7, 30])
})

test('after a crash before the mark it is told again, with the same id', async () => {
  endsAt = start + 5 * dayMs
  await beat(ports)
  hooks.beforeWrite = () => {
    throw new Error('the worker died')
  }
  await expect(flagCredential(ports)).rejects.toThrow('died')
  hooks = {}
  clock.now += hourMs
  await flagCredential(ports)
  await flagCredential(ports)
  expect(sent).toHaveLength(2)
  expect(sent[0]).toEqual(sent[1])
})
