import { afterAll, describe, expect, it } from 'vitest'
import { readHostJson, type QueueOptions } from '../../local/functions-host/host-json.ts'
import type { QueueDoor, QueueMessage } from '../../local/functions-host/queue-door.ts'
import { startQueueTrigger } from '../../local/functions-host/queue-trigger.ts'
import { createAppBench } from './fixtures/functions-host/app.ts'
import { createMemoryQueue } from './fixtures/functions-host/memory-queue.ts'

const bench = createAppBench()
afterAll(bench.clean)

const options: QueueOptions = {
  maxPollingIntervalMs: 200,
  visibilityTimeoutMs: 0,
  batchSize: 2,
  newBatchThreshold: 0,
  maxDequeueCount: 3,
  messageEncoding: 'base64',
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

type Handle = (text: string, message: QueueMessage) => Promise<boolean>

const run = (handle: Handle, own = {}, hasPoison = true) => {
  const [queue, poison] = [createMemoryQueue(), createMemoryQueue()]
  const warnings: string[] = []
  const trigger = startQueueTrigger({
    queue: queue.door,
    poison: hasPoison ? poison.door : undefined,
    options: { ...options, ...own },
    handle: (body, message) => handle(body.toString('utf8'), message),
    warn: (message) => warnings.push(message),
  })
  return { queue, poison, warnings, stop: trigger.stop }
}

describe('a queue trigger', () => {
  it('decodes base64 by default and removes a message that was handled', async () => {
    const seen: string[] = []
    const { queue, stop } = run(async (text) => (seen.push(text), true))
    await queue.door.send(base64('{"a":1}'))
    await expect.poll(() => queue.texts()).toEqual([])
    expect(seen).toEqual(['{"a":1}'])
    stop()
  })

  it('takes the text as it is when host.json says so', async () => {
    const seen: string[] = []
    const own = { messageEncoding: 'none' }
    const { queue, stop } = run(async (text) => (seen.push(text), true), own)
    await queue.door.send('plain')
    await expect.poll(() => seen).toEqual(['plain'])
    stop()
  })

  it('tries a failing message maxDequeueCount times, then moves it to the poison queue', async () => {
    const counts: number[] = []
    const { queue, poison, stop } = run(async (_text, { dequeueCount }) => {
      counts.push(dequeueCount)
      return false
    })
    await queue.door.send(base64('bad'))
    await expect.poll(() => poison.texts()).toEqual([base64('bad')])
    await expect.poll(() => queue.texts()).toEqual([])
    expect(counts).toEqual([1, 2, 3])
    stop()
  })

  it('moves a message at once when its last attempt failed', async () => {
    const own = { maxDequeueCount: 1, visibilityTimeoutMs: 60_000 }
    const { queue, poison, stop } = run(async () => false, own)
    await queue.door.send(base64('bad'))
    await expect.poll(() => poison.texts()).toEqual([base64('bad')])
    await expect.poll(() => queue.texts()).toEqual([])
    stop()
  })

  it('hides a failed message for visibilityTimeout before the next try', async () => {
    const counts: number[] = []
    const { queue, stop } = run(
      async (_text, { dequeueCount }) => (counts.push(dequeueCount), false),
      { visibilityTimeoutMs: 60_000 },
    )
    await queue.door.send(base64('later'))
    await expect.poll(() => queue.updates).toEqual([60_000])
    expect(queue.messages[0]?.visibleAt).toBeGreaterThan(Date.now() + 50_000)
    expect(counts).toEqual([1])
    stop()
  })

  it('moves a message that is no base64, or that came too often already, without a call', async () => {
    const seen: string[] = []
    const { queue, poison, stop } = run(async (text) => (seen.push(text), true))
    await queue.door.send('no base64!')
    await queue.door.send(base64('often'))
    Object.assign(queue.messages[1] ?? {}, { dequeueCount: 3 })
    await expect.poll(() => poison.texts()).toEqual(['no base64!', base64('often')])
    await expect.poll(() => queue.texts()).toEqual([])
    expect(seen).toEqual([])
    stop()
  })

  it('holds no more than batchSize messages while newBatchThreshold is 0', async () => {
    let running = 0
    let most = 0
    const releases: (() => void)[] = []
    const { queue, stop } = run(async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((done) => releases.push(done))
      running--
      return true
    })
    for (const text of ['a', 'b', 'c', 'd', 'e']) await queue.door.send(base64(text))
    const drain = () => {
      releases.splice(0).forEach((release) => release())
      return queue.texts().length
    }
    await expect.poll(() => releases.length).toBe(2)
    await expect.poll(drain, { timeout: 5000 }).toBe(0)
    expect(most).toBe(2)
    stop()
  })

  it('leaves what fails in a queue without a poison queue hidden, and after the last attempt for good', async () => {
    const counts: number[] = []
    const handle: Handle = async (_text, { dequeueCount }) => {
      counts.push(dequeueCount)
      return false
    }
    const { queue, poison, stop } = run(handle, {}, false)
    await queue.door.send(base64('bad'))
    await expect.poll(() => counts).toEqual([1])
    expect(queue.updates).toEqual([])
    const seenAgain = (dequeueCount: number) =>
      queue.messages.map((message) => Object.assign(message, { dequeueCount, visibleAt: 0 }))
    seenAgain(options.maxDequeueCount - 1)
    await expect.poll(() => counts).toEqual([1, options.maxDequeueCount])
    const [message] = seenAgain(options.maxDequeueCount)
    await expect.poll(() => message?.dequeueCount).toBe(options.maxDequeueCount + 1)
    expect(counts).toEqual([1, options.maxDequeueCount])
    expect(queue.texts()).toEqual([base64('bad')])
    expect(poison.texts()).toEqual([])
    stop()
  })

  it('goes on after the queue could not be read, and says so', async () => {
    const queue = createMemoryQueue()
    const warnings: string[] = []
    let failures = 1
    const receive: QueueDoor['receive'] = async (count, hiddenMs) => {
      if (failures-- > 0) throw new Error('storage is away')
      return queue.door.receive(count, hiddenMs)
    }
    await queue.door.send(base64('x'))
    const { stop } = startQueueTrigger({
      queue: { ...queue.door, receive },
      poison: createMemoryQueue().door,
      options,
      handle: async () => true,
      warn: (message) => warnings.push(message),
    })
    await expect.poll(() => queue.texts()).toEqual([])
    expect(warnings).toEqual(['The queue cannot be read: Error: storage is away'])
    stop()
  })
})

describe('host.json', () => {
  it('gives the queue options, with the defaults of the real host', () => {
    const plain = readHostJson(bench.write({ source: '', hostJson: {} }))
    expect(plain.queues).toEqual({
      maxPollingIntervalMs: 2000,
      visibilityTimeoutMs: 0,
      batchSize: 16,
      newBatchThreshold: 8,
      maxDequeueCount: 5,
      messageEncoding: 'base64',
    })
    const queues = { visibilityTimeout: '00:01:30', batchSize: 4, maxPollingInterval: '1.00:00:01' }
    const own = readHostJson(bench.write({ source: '', hostJson: { extensions: { queues } } }))
    expect(own.queues).toMatchObject({
      visibilityTimeoutMs: 90_000,
      batchSize: 4,
      newBatchThreshold: 2,
      maxPollingIntervalMs: 86_401_000,
    })
  })

  it('may not say nonsense', () => {
    const hostJson = { extensions: { queues: { batchSize: 64 } } }
    expect(() => readHostJson(bench.write({ source: '', hostJson }))).toThrow(/batchSize/)
  })
})
