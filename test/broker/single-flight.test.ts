import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { singleFlight } from '../../shared/broker/single-flight.ts'

test('calls of one key share a flight, also those made in the same tick', async () => {
  let calls = 0
  const gate = Promise.withResolvers<void>()
  const fly = singleFlight(
    (key: string) => key,
    async (key) => {
      const number = ++calls
      await gate.promise
      return `${key} ${number}`
    },
  )
  const flights = [fly('a'), fly('a'), fly('b'), fly('a')]
  gate.resolve()
  expect(await Promise.all(flights)).toEqual(['a 1', 'a 1', 'b 2', 'a 1'])
  expect(await fly('a')).toBe('a 3')
})

test('a failed flight fails for all its passengers and is then forgotten', async () => {
  let calls = 0
  const fly = singleFlight(
    (key: string) => key,
    async () => {
      if (++calls === 1) throw new Error('down')
      return calls
    },
  )
  const outcomes = await Promise.allSettled([fly('a'), fly('a')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await fly('a')).toBe(2)
})

test('in whatever order flights land, there is never a second one of a key in the air', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 12 }),
      async (scheduler, keys) => {
        const inTheAir = new Map<string, number>()
        const fly = singleFlight(
          (key: string) => key,
          async (key) => {
            const count = (inTheAir.get(key) ?? 0) + 1
            inTheAir.set(key, count)
            expect(count).toBe(1)
            await scheduler.schedule(Promise.resolve())
            inTheAir.set(key, count - 1)
            return key
          },
        )
        const calls = keys.map(async (key) => {
          await scheduler.schedule(Promise.resolve())
          return fly(key)
        })
        await scheduler.waitAll()
        expect(await Promise.all(calls)).toEqual(keys)
      },
    ),
  )
})
