import { expect, test } from 'vitest'
import { sweepShard } from '../../../shared/broker/rotation/sweep-shard.ts'
import { dayMs, freshGrant, start } from './grants.ts'
import { openTending } from './tending-fixture.ts'

test('every page of a shard is looked through, and only what is due is sent on', async () => {
  const { ports, rows, queue } = openTending()
  const partners = Array.from({ length: 25 }, (_none, index) => `partner ${index}`)
  const isDue = (index: number) => index % 3 === 0
  await Promise.all(
    partners.map((partner, index) => {
      const sealedAt = isDue(index) ? start - 11 * dayMs : start
      const endsAt = start + (index < 5 ? 20 : 365) * dayMs
      const sealed = { secretVersion: '1', kid: 'seal/1', sealedAt }
      return rows.add(freshGrant({ partner, sealed, endsAt, probedAt: sealedAt }))
    }),
  )
  const sizes: number[] = []
  const swept = await sweepShard(
    {
      ...ports,
      // The service may give less than it is asked for.
      listShard: async (_shard, { size, ...page }) => {
        sizes.push(size)
        return rows.list({ ...page, size: 10 })
      },
    },
    '00',
  )
  expect(sizes).toEqual([1000, 1000, 1000])
  const due = partners.filter((_partner, index) => isDue(index))
  expect(queue.map(({ message }) => message.partner).toSorted()).toEqual(due.toSorted())
  expect(swept).toEqual({ due: due.length, expiring: 5 })
})
