import { beforeEach, expect, test } from 'vitest'
import type { AuditRows } from '../../shared/broker/audit.ts'
import { lastUse } from '../../shared/broker/usage/last-use.ts'
import { rollUpUsage } from '../../shared/broker/usage/roll-up.ts'
import { inMemoryAudit } from '../contract/in-memory/audit.ts'
import { inMemoryUsage, type InMemoryUsage } from '../contract/in-memory/usage.ts'
import { hourMs, issued, noon, recordAll } from './usage-fixture.ts'

const now = () => noon
const unreadable = { query: async () => Promise.reject(new Error('down')) }

let records: AuditRows
let usage: InMemoryUsage
beforeEach(() => {
  records = inMemoryAudit()
  usage = inMemoryUsage()
})

const useOf = (ports: Partial<Parameters<typeof lastUse>[0]> = {}) =>
  lastUse({ records, usage, now, ...ports }, 'fabrikam')

test('of today the last use is read from the record', async () => {
  await recordAll(records, [issued({ at: noon - hourMs }), issued({ at: noon - 5 })])
  expect(await useOf()).toMatchObject({ record: 'complete', lastUsedAt: noon - 5 })
})

test('of earlier days it is read from what was rolled up', async () => {
  const at = noon - 40 * 24 * hourMs
  await recordAll(records, [issued({ at })])
  while ((await rollUpUsage({ records, usage }, now)).more);
  expect(await useOf()).toMatchObject({ record: 'complete', lastUsedAt: at })
})

test('a record that cannot be read leaves both out, and says so', async () => {
  expect(await useOf({ records: unreadable })).toEqual({ record: 'unreadable' })
})

test('hours that cannot be read are not passed off as no use', async () => {
  const hours = { ...usage.hours, partnerDay: unreadable.query }
  const use = await useOf({ usage: { ...usage, hours } })
  expect(use).toMatchObject({ record: 'incomplete', recent: { customerTroubles: [] } })
  expect(use).not.toHaveProperty('lastUsedAt')
})
