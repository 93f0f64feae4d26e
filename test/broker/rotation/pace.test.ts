import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrokerError } from '../../../shared/broker/broker-error.ts'
import { openPace, slotMs } from '../../../shared/broker/rotation/pace.ts'
import type { Pace } from '../../../shared/broker/rotation/pace-row.ts'
import { inMemoryRows } from '../../contract/in-memory/rows.ts'
import { start } from './grants.ts'
import { virtualClock } from './virtual-clock.ts'

const windowMs = 10_000
const allowed = 240
// Slots that are used up to half a second late, all of them at once.
const slack = 12
const workersOfOne = 24
// An instance holds a slot for each of its workers, and the run of eight that it leased last.
const heldByOne = workersOfOne + 8

type Load = { instances: number; workers: number; thinkMs: number; skewMs?: number }

/** Instances that write under full demand for some seconds of virtual time. */
const openLoad = ({ instances, workers, thinkMs, skewMs = 0 }: Load) => {
  const clock = virtualClock(start)
  const latency = () => clock.wait(Math.floor(Math.random() * 20))
  const paces = inMemoryRows<Pace>(({ name }) => name, {
    beforeWrite: latency,
    afterWrite: latency,
  })
  const starts: { at: number; instance: number }[] = []
  const refused: unknown[] = []
  const opened = Array.from({ length: instances }, (_none, index) =>
    openPace({
      paces,
      now: () => clock.now() + (index % 2) * skewMs,
      wait: clock.wait,
    }),
  )
  const work = async (instance: number): Promise<void> => {
    for (;;) {
      try {
        await opened[instance]?.takeSlot()
        starts.push({ at: clock.now(), instance })
      } catch (thrown) {
        refused.push(thrown)
        // Its message comes back later.
        await clock.wait(30_000)
      }
      await clock.wait(Math.random() * thinkMs)
    }
  }
  const begin = () => {
    for (let index = 0; index < instances * workers; index++) void work(index % instances)
  }
  return { clock, paces, opened, starts, refused, begin }
}

const mostInAnyWindow = (starts: readonly { at: number }[]): number => {
  const times = starts.map(({ at }) => at).toSorted((one, other) => one - other)
  let first = 0
  return times.reduce((most, at, last) => {
    while ((times[first] ?? at) <= at - windowMs) first++
    return Math.max(most, last - first + 1)
  }, 0)
}

const loads = fc.record({
  instances: fc.integer({ min: 1, max: 30 }),
  workers: fc.integer({ min: 1, max: 24 }),
  thinkMs: fc.integer({ min: 0, max: 3000 }),
})

test('however many instances write, no ten seconds hold more than 240 starts and half a second’s slack', async () => {
  await fc.assert(
    fc.asyncProperty(loads, async (load) => {
      const { clock, starts, begin } = openLoad(load)
      begin()
      await clock.runTo(start + 30_000)
      expect(mostInAnyWindow(starts)).toBeLessThanOrEqual(allowed + slack)
      expect(starts.length).toBeGreaterThan(0)
    }),
    { numRuns: 30 },
  )
}, 60_000)

// 42 instances fit in line; of more, some come for nothing and again later.
test.each([
  [1, 0.95],
  [4, 0.95],
  [12, 0.95],
  [40, 0.95],
  [60, 0.9],
])(
  '%i instances together use at least %f of the slots under demand',
  async (instances, share) => {
    const { clock, starts, begin } = openLoad({ instances, workers: workersOfOne, thinkMs: 600 })
    begin()
    await clock.runTo(start + 60_000)
    expect(starts.length).toBeGreaterThanOrEqual((share * 60_000) / slotMs)
    expect(mostInAnyWindow(starts)).toBeLessThanOrEqual(allowed + slack)
  },
  60_000,
)

test('who would wait too long is told so, and takes no slot from others', async () => {
  const paces = inMemoryRows<Pace>(({ name }) => name)
  const nextAt = start + 60_000
  await paces.add({ v: 1, name: 'pace', nextAt })
  const clock = { now: start }
  const wait = async (ms: number) => void (clock.now += ms)
  const pace = openPace({ paces, now: () => clock.now, wait })
  const thrown = await pace.takeSlot().catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(BrokerError)
  expect(thrown).toMatchObject({ code: 'throttled', detail: { reason: 'pace' } })
  expect((await paces.read('pace'))?.value.nextAt).toBe(nextAt)
  // Within what a handler may take, and not at once: the next message would find no slot either.
  expect(clock.now - start).toBe(45_000)
})

test('who must finish sooner waits no longer than its time allows', async () => {
  const paces = inMemoryRows<Pace>(({ name }) => name)
  await paces.add({ v: 1, name: 'pace', nextAt: start + 20_000 })
  const clock = { now: start }
  const wait = async (ms: number) => void (clock.now += ms)
  const left = (ms: number) =>
    openPace({ paces, now: () => clock.now, wait, patienceMs: () => ms }).takeSlot()
  await expect(left(9_000)).rejects.toMatchObject({ detail: { reason: 'pace' } })
  expect(clock.now - start).toBeLessThanOrEqual(9_000)
  const before = clock.now
  await expect(left(-1)).rejects.toMatchObject({ detail: { reason: 'pace' } })
  expect(clock.now).toBe(before)
  await left(30_000)
  expect(clock.now).toBe(start + 20_000)
})

test('a spare slot is one of the same pace: none while others wait, one at a time otherwise', async () => {
  const { clock, starts, opened, begin } = openLoad({ instances: 4, workers: 24, thinkMs: 300 })
  const spare = async () => {
    const taken = opened.map((pace) => pace.takeSpareSlot())
    return (await Promise.all(taken)).filter((isTaken) => isTaken).length
  }
  const early = opened[0]?.takeSpareSlot()
  await clock.runTo(start + 1_000)
  expect(await early).toBe(true)
  begin()
  await clock.runTo(start + 20_000)
  const late = spare()
  await clock.runTo(start + 30_000)
  expect(await late).toBe(0)
  expect(mostInAnyWindow(starts)).toBeLessThanOrEqual(allowed + slack)
})

test('writers that can do without never exceed the pace either, nor lease what they do not use', async () => {
  const { clock, opened, paces } = openLoad({ instances: 8, workers: 0, thinkMs: 0 })
  const taken: { at: number }[] = []
  const write = async (instance: number) => {
    for (;;) {
      if (await opened[instance]?.takeSpareSlot()) taken.push({ at: clock.now() })
      await clock.wait(20)
    }
  }
  for (let worker = 0; worker < 80; worker++) void write(worker % 8)
  await clock.runTo(start + 30_000)
  expect(mostInAnyWindow(taken)).toBeLessThanOrEqual(allowed + slack)
  expect(taken.length).toBeGreaterThan(0.8 * 30 * 24)
  const { nextAt } = (await paces.read('pace'))?.value ?? { nextAt: 0 }
  expect(nextAt).toBeLessThan(clock.now() + 1_000)
})

test('a row that a wrong clock moved far ahead does not stop rotation until then', async () => {
  const paces = inMemoryRows<Pace>(({ name }) => name)
  await paces.add({ v: 1, name: 'pace', nextAt: start + 365 * 24 * 3600_000 })
  const clock = { now: start }
  const wait = async (ms: number) => void (clock.now += ms)
  const pace = openPace({ paces, now: () => clock.now, wait })
  await pace.takeSlot()
  expect(clock.now).toBe(start)
  // What the vault asked for is no wrong clock.
  await pace.holdOff(3600_000)
  await expect(pace.takeSlot()).rejects.toMatchObject({ detail: { reason: 'pace' } })
})

test('a vault that throttles holds every instance, and those that wait', async () => {
  const { clock, starts, opened, begin } = openLoad({
    instances: 4,
    workers: workersOfOne,
    thinkMs: 300,
  })
  begin()
  await clock.runTo(start + 5_000)
  const held = opened[0]?.holdOff(10_000)
  await clock.runTo(start + 5_200)
  await held
  const from = start + 5_200
  await clock.runTo(start + 15_000)
  const during = starts.filter(({ at }) => at > from && at < start + 15_000)
  // The one that was throttled writes nothing, the others what they had leased already.
  expect(during.filter(({ instance }) => instance === 0)).toEqual([])
  expect(during.length).toBeLessThanOrEqual(3 * heldByOne)
  expect(during.every(({ at }) => at < start + 5_000 + 4 * heldByOne * slotMs)).toBe(true)
  const before = starts.length
  await clock.runTo(start + 30_000)
  expect(starts.length - before).toBeGreaterThan(0.9 * 14 * 24)
})

test('clocks that differ by five minutes break the limit only until the one ahead is heard, and stop no work', async () => {
  const load = { instances: 4, workers: workersOfOne, thinkMs: 600, skewMs: 300_000 }
  const { clock, starts, begin } = openLoad(load)
  begin()
  await clock.runTo(start + 120_000)
  // What those behind had leased before they heard of it.
  const heardAt = start + 4 * heldByOne * slotMs
  const after = starts.filter(({ at }) => at > heardAt)
  expect(mostInAnyWindow(after)).toBeLessThanOrEqual(allowed + slack)
  expect(mostInAnyWindow(starts)).toBeLessThanOrEqual(allowed + 2 * heldByOne)
  expect(starts.length).toBeGreaterThanOrEqual((0.95 * 120_000) / slotMs)
})

test('slots that nobody used in time are given up, and come in no burst', async () => {
  const { clock, starts, opened, begin } = openLoad({
    instances: 12,
    workers: workersOfOne,
    thinkMs: 300,
  })
  const idle = opened.map((pace) => pace.takeSlot())
  await clock.runTo(start + 40_000)
  await Promise.all(idle)
  begin()
  await clock.runTo(start + 70_000)
  expect(mostInAnyWindow(starts)).toBeLessThanOrEqual(allowed + slack)
})

test('slots lie a 240th of ten seconds apart', () => {
  expect(slotMs * allowed).toBe(windowMs)
})
