import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupCommit } from '../../shared/broker/group-commit.ts'

type Item = { id: number; partition: string }

const open = (write: (items: Item[]) => Promise<void>, maxItems = 100) =>
  groupCommit<Item>({ write, partitionOf: ({ partition }) => partition, maxItems })

const itemsOf = (count: number, partition = 'a'): Item[] =>
  Array.from({ length: count }, (_, id) => ({ id, partition }))

test('an item that comes alone is written at once, in the same tick', async () => {
  const written: Item[][] = []
  const commit = open(async (items) => void written.push(items))
  const done = commit({ id: 1, partition: 'a' })
  expect(written).toEqual([[{ id: 1, partition: 'a' }]])
  await done
})

test('what comes while a write is in flight goes together in the next one', async () => {
  const gate = Promise.withResolvers<void>()
  const sizes: number[] = []
  const commit = open(async (items) => {
    sizes.push(items.length)
    await gate.promise
  })
  const all = itemsOf(31).map(commit)
  expect(sizes).toEqual([1])
  gate.resolve()
  await Promise.all(all)
  expect(sizes).toEqual([1, 30])
})

test('a hundred and one items that wait are two writes', async () => {
  const gate = Promise.withResolvers<void>()
  const sizes: number[] = []
  const commit = open(async (items) => {
    sizes.push(items.length)
    await gate.promise
  })
  const all = itemsOf(102).map(commit)
  gate.resolve()
  await Promise.all(all)
  expect(sizes).toEqual([1, 100, 1])
})

test('an item is done only when the write that holds it is', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let writes = 0
  const commit = open(async () => gates[writes++]?.promise)
  const done: number[] = []
  const all = itemsOf(2).map(async (item) => {
    await commit(item)
    done.push(item.id)
  })
  gates[0]?.resolve()
  await all[0]
  expect(done).toEqual([0])
  gates[1]?.resolve()
  await all[1]
  expect(done).toEqual([0, 1])
})

test('a writer that throws at once fails its items, and the next item is written', async () => {
  let isDown = true
  const commit = open(() => {
    if (isDown) throw new Error('down')
    return Promise.resolve()
  })
  await expect(commit({ id: 1, partition: 'a' })).rejects.toThrow('down')
  isDown = false
  await expect(commit({ id: 2, partition: 'a' })).resolves.toBeUndefined()
})

const plans = fc.record({
  partitions: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 }),
  maxItems: fc.integer({ min: 1, max: 7 }),
  /** Which writes fail, by their number. */
  failing: fc.uniqueArray(fc.nat(15)),
})

test('in whatever order writes end, each item is written once, in order, and fails only with its own write', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      plans,
      async (scheduler, { partitions, maxItems, failing }) => {
        const writes: Item[][] = []
        let inFlight = 0
        const commit = open(async (items) => {
          const number = writes.push(items) - 1
          expect(++inFlight).toBe(1)
          await scheduler.schedule(Promise.resolve())
          inFlight--
          if (failing.includes(number)) throw new Error(`write ${number}`)
        }, maxItems)
        const outcomes = partitions.map(async (partition, id) => {
          await scheduler.schedule(Promise.resolve())
          return commit({ id, partition }).then(
            () => ({ id, outcome: 'written' }),
            (thrown: unknown) => ({ id, outcome: String(thrown) }),
          )
        })
        for (const { id, outcome } of await scheduler.waitFor(Promise.all(outcomes))) {
          const holding = writes.flatMap((items, number) =>
            items.some((item) => item.id === id) ? [number] : [],
          )
          expect(holding).toHaveLength(1)
          const [number = -1] = holding
          expect(outcome).toBe(failing.includes(number) ? `Error: write ${number}` : 'written')
        }
        for (const items of writes) {
          expect(items.length).toBeGreaterThan(0)
          expect(items.length).toBeLessThanOrEqual(maxItems)
          expect(new Set(items.map(({ partition }) => partition)).size).toBe(1)
        }
      },
    ),
  )
})

test('items of a partition are written in the order in which they came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, { partitions, maxItems }) => {
      const written: Item[] = []
      const commit = open(async (items) => {
        written.push(...items)
        await scheduler.schedule(Promise.resolve())
      }, maxItems)
      const all = partitions.map((partition, id) => commit({ id, partition }))
      await scheduler.waitFor(Promise.all(all))
      for (const one of ['a', 'b', 'c']) {
        const ids = written.filter(({ partition }) => partition === one).map(({ id }) => id)
        expect(ids).toEqual(partitions.flatMap((partition, id) => (partition === one ? [id] : [])))
      }
    }),
  )
})
