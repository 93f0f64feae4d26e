import { expect, test, vi } from 'vitest'
import { BrokerError } from '../../../shared/broker/broker-error.ts'
import { policySnapshot } from '../../../shared/broker/policy.ts'
import { retryDelaysMs } from '../../../shared/broker/rotation/messages.ts'
import { handleShard, type ListShard } from '../../../shared/broker/rotation/sweep-shard.ts'
import { inMemoryPolicy } from '../../contract/in-memory/policy.ts'
import { dayMs, freshGrant, start } from './grants.ts'

const partnerOf = (index: number) => `0f000000-0000-4000-8000-${String(index).padStart(12, '0')}`

const due = { secretVersion: '1', kid: 'k', sealedAt: start - 11 * dayMs }
const stored = (index: number) => {
  // Every third is not due.
  const grant = freshGrant({ partner: partnerOf(index), ...(index % 3 > 0 && { sealed: due }) })
  return { value: grant, etag: 'etag' }
}

/** A shard of three pages, of which the second is empty. */
const open = () => {
  const listShard = vi.fn<ListShard>(async (_shard, { after }) => {
    if (after === undefined) return { items: [0, 1, 2, 3].map(stored), next: 'second' }
    return after === 'second' ? { items: [], next: 'third' } : { items: [4, 5].map(stored) }
  })
  const sendPartner = vi.fn(async (_message: { partner: string }) => {})
  const sendShard = vi.fn(async () => {})
  const { policy } = inMemoryPolicy()
  const now = () => start
  const currentPolicy = policySnapshot(policy, now)
  const ports = { listShard, sendPartner, sendShard, currentPolicy, cycleMs: 7 * dayMs, now }
  const sentFor = () => sendPartner.mock.calls.map(([{ partner }]) => partner).toSorted()
  return { ports, listShard, sendPartner, sendShard, sentFor }
}

const message = (tries: number) => ({ v: 1, shard: '0a', tries }) as const
const down = new BrokerError('upstream_unavailable', 'down', { reason: 'tables_500' })

test('a shard is paged to its end, and each grant that is due gets one message', async () => {
  const { ports, listShard, sentFor } = open()
  expect(await handleShard(ports, message(0))).toEqual({ due: 4, expiring: 0 })
  expect(sentFor()).toEqual([1, 2, 4, 5].map(partnerOf))
  expect(listShard.mock.calls.map(([shard, { after }]) => [shard, after])).toEqual([
    ['0a', undefined],
    ['0a', 'second'],
    ['0a', 'third'],
  ])
})

test('trouble that passes is tried again later and later, and reported only when it lasts', async () => {
  const { ports, listShard, sendShard } = open()
  listShard.mockRejectedValue(down)
  for (const [tries, delayMs] of retryDelaysMs.entries()) {
    expect(await handleShard(ports, message(tries))).toEqual({ retry: down })
    expect(sendShard).toHaveBeenLastCalledWith(message(tries + 1), delayMs)
  }
  await expect(handleShard(ports, message(retryDelaysMs.length))).rejects.toBe(down)
  expect(sendShard).toHaveBeenCalledTimes(retryDelaysMs.length)
})

test('a fault of our own is thrown at once, and so is trouble that cannot even be put off', async () => {
  const { ports, listShard, sendPartner, sendShard } = open()
  listShard.mockRejectedValueOnce(new TypeError('no such function'))
  await expect(handleShard(ports, message(0))).rejects.toThrow('no such function')
  expect(sendShard).not.toHaveBeenCalled()
  sendPartner.mockRejectedValue(down)
  sendShard.mockRejectedValue(down)
  await expect(handleShard(ports, message(0))).rejects.toBe(down)
})
