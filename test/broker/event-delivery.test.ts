import { describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../../shared/broker/broker-event.ts'
import {
  handleEvent,
  type Attempted,
  type DeliveryPorts,
  type EventMessage,
} from '../../shared/broker/events/delivery.ts'
import type { FailedFacts } from '../../shared/broker/events/failed-message.ts'
import { defaultRetrySeconds, retryDelayMs } from '../../shared/broker/events/retry-schedule.ts'
import { webhooksAt } from '../../shared/broker/events/webhooks.ts'

const hookA = 'https://a.example/hook?key=one'
const hookB = 'https://b.example/hook'

const event: BrokerEvent = { v: 1, id: 'grant.revoked:p:1', type: 'grant.revoked', at: 0 }
const minute = 60_000

type World = {
  addresses?: string[]
  /** What a webhook answers at a time. */
  answer: (host: string, now: number) => Attempted
  /** Loses the removal of the message that is the nth to be handled: it is handled again. */
  redeliver?: number
}

/** Runs the queue on a virtual clock until nothing waits in it. */
const run = async ({ addresses = [hookA, hookB], answer, redeliver }: World) => {
  let now = 0
  let handled = 0
  const queue: { at: number; message: EventMessage }[] = [{ at: 0, message: event }]
  const posts: { host: string; at: number; id: string }[] = []
  const failed: FailedFacts[] = []
  const outcomes: string[] = []
  const ports: DeliveryPorts = {
    webhooks: webhooksAt(addresses),
    post: async ({ host }, { id }) => {
      posts.push({ host, at: now, id })
      return answer(host, now)
    },
    send: async (message, delayMs = 0) => {
      queue.push({ at: now + delayMs, message: structuredClone(message) })
    },
    keepFailed: async (facts) => void failed.push(facts),
    report: (outcome) => outcomes.push(outcome),
    schedule: { delaysMs: defaultRetrySeconds.map((one) => one * 1000), random: () => 0 },
  }
  while (queue.length > 0) {
    queue.sort((one, other) => one.at - other.at)
    const next = queue.shift()
    if (!next) break
    now = next.at
    await handleEvent(ports, next.message)
    if (++handled === redeliver) queue.push(next)
  }
  const at = (host: string) => posts.filter((one) => one.host === host).map((one) => one.at)
  return { posts, failed, outcomes, at, ports, now }
}

const refused = { reason: 'status_500' }

describe('the schedule', () => {
  it('grows, and gives up after about sixteen hours', async () => {
    const { at, failed } = await run({ addresses: [hookA], answer: () => refused })
    const times = at('a.example')
    const minutes = times.map((time) => time / minute)
    expect(minutes).toEqual([0, 0.5, 2.5, 12.5, 42.5, 102.5, 222.5, 462.5, 942.5])
    expect(failed).toEqual([
      {
        queue: 'events',
        body: expect.stringContaining('"attempt":1'),
        host: 'a.example',
        attempts: 9,
        reason: 'status_500',
      },
    ])
    expect(failed[0]?.body).not.toContain('key=one')
  })

  it('spreads what failed together', () => {
    const delay = (random: number) => retryDelayMs({ delaysMs: [minute], random: () => random }, 1)
    expect([delay(0), delay(0.5)]).toEqual([minute, minute * 1.05])
  })

  it('is never longer than the week that a queue can put a message off', () => {
    const weekMs = 7 * 24 * 60 * minute
    expect(retryDelayMs({ delaysMs: [weekMs], random: () => 0.9 }, 1)).toBe(weekMs)
  })

  it.each([
    [0, 30_000],
    [10_000, 30_000],
    [5 * minute, 5 * minute],
    [7 * 24 * 60 * minute, 8 * 60 * minute],
  ])('heeds a Retry-After of %i ms where it is longer, up to eight hours', async (ms, expected) => {
    let first = true
    const answer = (): Attempted => {
      const answered = first ? { ...refused, retryAfterMs: ms } : ('delivered' as const)
      first = false
      return answered
    }
    const { at } = await run({ addresses: [hookA], answer })
    expect(at('a.example')).toEqual([0, expected])
  })
})

describe('a receiver that fails', () => {
  it('makes no other one get the event twice', async () => {
    const { at, failed } = await run({
      answer: (host, now) => (host === 'b.example' || now > 10 * minute ? 'delivered' : refused),
    })
    expect(at('b.example')).toEqual([0])
    expect(at('a.example')).toHaveLength(4)
    expect(failed).toEqual([])
  })

  it('gets it with the same id each time', async () => {
    const { posts } = await run({ answer: () => refused })
    expect(new Set(posts.map(({ id }) => id)).size).toBe(1)
  })

  it('and says that it is gone gets it never again', async () => {
    const answer = (): Attempted => ({ reason: 'status_410', isGone: true })
    const { at, failed } = await run({ addresses: [hookA], answer })
    expect(at('a.example')).toEqual([0])
    expect(failed).toMatchObject([{ reason: 'status_410', attempts: 1 }])
  })
})

it('a message that comes twice loses nothing', async () => {
  for (const redeliver of [1, 2, 3]) {
    const { at } = await run({ answer: () => 'delivered', redeliver })
    expect(at('a.example').length).toBeGreaterThanOrEqual(1)
    expect(at('b.example').length).toBeGreaterThanOrEqual(1)
  }
})

it('without webhooks an event is dropped, and that is said', async () => {
  const { outcomes, failed, posts } = await run({ addresses: [], answer: () => 'delivered' })
  expect({ outcomes, failed, posts }).toEqual({ outcomes: ['dropped'], failed: [], posts: [] })
})

describe('a webhook whose address has changed', () => {
  const delivery = async (addresses: string[]) => {
    const { ports, posts, failed } = await run({ addresses: [], answer: () => 'delivered' })
    const [before] = webhooksAt([hookA])
    if (!before) throw new Error('no webhook')
    const message = { v: 1 as const, webhook: before.key, host: before.host, attempt: 3, event }
    await handleEvent({ ...ports, webhooks: webhooksAt(addresses) }, message)
    return { hosts: posts.map(({ host }) => host), failed }
  }

  it('still gets what waits, while it is the only one of its host', async () => {
    const moved = 'https://a.example/hook?key=two'
    expect(await delivery([moved, hookB])).toEqual({ hosts: ['a.example'], failed: [] })
  })

  it('gets nothing that may be for another of its host', async () => {
    const two = ['https://a.example/x', 'https://a.example/y']
    expect((await delivery(two)).failed).toMatchObject([{ reason: 'webhook_removed' }])
  })

  it('that is no more has its events kept', async () => {
    const { hosts, failed } = await delivery([hookB])
    expect(hosts).toEqual([])
    expect(failed).toMatchObject([{ reason: 'webhook_removed', host: 'a.example', attempts: 3 }])
  })
})
