import { expect, test } from 'vitest'
import type { AuditRecord } from '../../shared/broker/audit.ts'
import { recentUse } from '../../shared/broker/recent-use.ts'

const partner = 'fab41c00-0000-4000-8000-0000000000b1'
const record = (facts: Partial<AuditRecord>): AuditRecord => ({
  v: 1,
  id: 'id',
  at: 0,
  kind: 'token',
  outcome: 'issued',
  correlationId: 'c',
  callerTenant: 't',
  callerId: 'a',
  partner,
  ...facts,
})

const useOf = (...pages: AuditRecord[][]) =>
  recentUse(
    {
      now: () => 1_000_000_000_000,
      records: {
        query: async ({ after = '0' }) => {
          const next = Number(after) + 1
          const items = pages[Number(after)] ?? []
          return next < pages.length ? { items, next: String(next) } : { items }
        },
      },
    },
    partner,
  )

const blocked = { outcome: 'refused', code: 'customer_blocked', reason: 'entra_400' } as const

test('the last issued token is the last use, whatever the order and the page', async () => {
  const use = await useOf([record({ at: 5 }), record({ at: 9 })], [record({ at: 7 })])
  expect(use).toEqual({ lastUsedAt: 9, customerTroubles: [], isComplete: true })
})

test('a customer whose last request was refused by its own tenant is in trouble', async () => {
  const use = await useOf([
    record({ at: 3, customer: 'one' }),
    record({ at: 4, customer: 'one', ...blocked }),
    record({ at: 4, customer: 'two', ...blocked }),
    record({ at: 5, customer: 'two' }),
  ])
  expect(use.customerTroubles).toEqual([
    { customer: 'one', code: 'customer_blocked', reason: 'entra_400', at: 4 },
  ])
})

test('a refusal that is not of the customer, and a management call, say nothing of it', async () => {
  const use = await useOf([
    record({ at: 4, customer: 'one', ...blocked }),
    record({ at: 6, customer: 'one', outcome: 'refused', code: 'throttled' }),
    record({ at: 8, kind: 'management', outcome: 'done' }),
  ])
  expect(use.customerTroubles.map(({ at }) => at)).toEqual([4])
  expect(use.lastUsedAt).toBeUndefined()
})

test('a record that is too long to read is said to be incomplete, not passed off as all', async () => {
  const pages = Array.from({ length: 21 }, (_, index) => [record({ at: index })])
  const use = await useOf(...pages)
  expect(use).toMatchObject({ isComplete: false, lastUsedAt: 19 })
  expect(await useOf(...pages.slice(1))).toMatchObject({ isComplete: true, lastUsedAt: 20 })
})
