import { beforeEach, expect, test, vi } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import {
  policySnapshot,
  type CurrentPolicy,
  type PolicySource,
} from '../../shared/broker/policy.ts'
import { inMemoryPolicy } from '../contract/in-memory/policy.ts'
import { samplePermission } from '../contract/samples.ts'

let now: number
let readEpoch: ReturnType<typeof vi.fn<() => Promise<string>>>
let readAll: ReturnType<typeof vi.fn<() => Promise<PolicySource>>>
let rows: ReturnType<typeof inMemoryPolicy>
let current: CurrentPolicy

beforeEach(() => {
  now = 1_000_000
  rows = inMemoryPolicy()
  readEpoch = vi.fn(rows.policy.readEpoch)
  readAll = vi.fn(rows.policy.readAll)
  current = policySnapshot({ readEpoch, readAll }, () => now)
})

const down = new BrokerError('upstream_unavailable', 'the tables are down')
const namesNow = async () => (await current()).permissions.map(({ name }) => name)

test('a snapshot of less than 10 seconds needs no read', async () => {
  await current()
  now += 9_999
  await current()
  expect([readEpoch.mock.calls.length, readAll.mock.calls.length]).toEqual([1, 1])
  now += 1
  await current()
  expect(readEpoch).toHaveBeenCalledTimes(2)
})

test('an unchanged epoch spares the rows and renews the snapshot', async () => {
  await current()
  for (let minute = 0; minute < 5; minute++) {
    now += 60_000
    await current()
  }
  expect([readEpoch.mock.calls.length, readAll.mock.calls.length]).toEqual([6, 1])
})

test('a change is seen at the next read', async () => {
  expect(await namesNow()).toEqual([])
  const added = samplePermission()
  await rows.permissions.add(added)
  expect(await namesNow()).toEqual([])
  now += 10_000
  expect(await namesNow()).toEqual([added.name])
  await rows.permissions.remove(added.name)
  now += 10_000
  expect(await namesNow()).toEqual([])
})

test('many requests at once share one read', async () => {
  await Promise.all(Array.from({ length: 50 }, current))
  now += 10_000
  await Promise.all(Array.from({ length: 50 }, current))
  expect([readEpoch.mock.calls.length, readAll.mock.calls.length]).toEqual([2, 1])
})

test('without any snapshot a failing read is the answer, and the next request reads again', async () => {
  readEpoch.mockRejectedValueOnce(down)
  await expect(current()).rejects.toBe(down)
  readAll.mockRejectedValueOnce(down)
  await expect(current()).rejects.toBe(down)
  await expect(current()).resolves.toHaveProperty('permissions')
})

test('while the tables fail the snapshot serves until it is 25 seconds old, and not longer', async () => {
  await current()
  readEpoch.mockRejectedValue(down)
  for (const age of [10_000, 20_000, 24_999]) {
    now = 1_000_000 + age
    await expect(current()).resolves.toHaveProperty('permissions')
  }
  now = 1_000_000 + 25_000
  await expect(current()).rejects.toMatchObject({
    code: 'upstream_unavailable',
    detail: { reason: 'policy_snapshot_too_old' },
  })
  readEpoch.mockImplementation(rows.policy.readEpoch)
  await expect(current()).resolves.toHaveProperty('permissions')
})

test('rows that cannot be read after a change leave the old snapshot and its age', async () => {
  await current()
  await rows.permissions.add(samplePermission())
  readAll.mockRejectedValue(down)
  now += 15_000
  expect(await namesNow()).toEqual([])
  now += 10_000
  await expect(current()).rejects.toMatchObject({ code: 'upstream_unavailable' })
  readAll.mockImplementation(rows.policy.readAll)
  expect(await namesNow()).toHaveLength(1)
})

/** The next read hangs until it is let go. */
const hangingRead = () => {
  const gate = Promise.withResolvers<void>()
  readEpoch.mockImplementationOnce(async () => {
    const epoch = await rows.policy.readEpoch()
    await gate.promise
    return epoch
  })
  return gate.resolve
}

test('its age counts from the start of the read: one that took 25 seconds decides nothing', async () => {
  const letGo = hangingRead()
  const slow = current()
  now += 25_000
  letGo()
  await expect(slow).rejects.toMatchObject({ detail: { reason: 'policy_snapshot_too_old' } })
})

test('an instance that was frozen in a read reads again before it answers', async () => {
  const letGo = hangingRead()
  const slow = current()
  now += 12_000
  await rows.permissions.add(samplePermission())
  letGo()
  await slow
  expect(await namesNow()).toHaveLength(1)
})

test('a change that this process makes is seen at the next look', async () => {
  const listeners: (() => void)[] = []
  const onChanged = (listener: () => void) => void listeners.push(listener)
  current = policySnapshot({ readEpoch, readAll, onChanged }, () => now)
  await current()
  const { name } = samplePermission()
  await rows.permissions.add({ ...samplePermission(), name })
  expect(await namesNow()).toEqual([])
  for (const changed of listeners) changed()
  expect(await namesNow()).toEqual([name])
})

test('whoever needs a policy read from now on gets no earlier one, however young', async () => {
  await current()
  const added = samplePermission()
  await rows.permissions.add(added)
  now += 5
  expect((await current(now)).permissions.map(({ name }) => name)).toEqual([added.name])
  await current(now)
  expect(readEpoch).toHaveBeenCalledTimes(2)
})

test('a read that was under way already does not count for him', async () => {
  const gate = Promise.withResolvers<void>()
  readEpoch.mockImplementationOnce(async () => {
    const epoch = await rows.policy.readEpoch()
    await gate.promise
    return epoch
  })
  const early = current()
  await Promise.resolve()
  const added = samplePermission()
  await rows.permissions.add(added)
  now += 5
  const late = current(now)
  gate.resolve()
  await early
  expect((await late).permissions.map(({ name }) => name)).toEqual([added.name])
})

test('he gets none at all while it cannot be read, though an older one would do for others', async () => {
  await current()
  now += 5
  readEpoch.mockRejectedValue(down)
  await expect(current(now)).rejects.toMatchObject({ code: 'upstream_unavailable' })
  expect(await namesNow()).toEqual([])
})
