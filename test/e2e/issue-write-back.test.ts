import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { untilLogged } from './support/broker-log.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { redemptions } from './support/recorded.ts'
import { grantOf, letAge, rewriteGrant, sealedOf, storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
const hourMs = 3600_000
let partner: Onboarded

beforeEach(async () => {
  partner = await onboarded(stack)
})
afterEach(async () => {
  await clearFaults(stack.tables)
  await clearFaults(stack.vault)
  await clearFaults(stack.entra)
})

const stored = () => storedOf(stack, partner.tenant)

test('a refresh token older than a day is replaced by the one that Entra returned', async () => {
  await letAge(stack, partner.tenant, 25 * hourMs)
  const before = await stored()
  expectIssued(await partner.ask())
  const after = await stored()
  expect(after.versions).toHaveLength(before.versions.length + 1)
  expect(before.versions).not.toContain(sealedOf(after.row).secretVersion)
  expect(after.versions).toContain(sealedOf(after.row).secretVersion)
  expect(Date.parse(sealedOf(after.row).sealedAt)).toBeGreaterThan(Date.now() - hourMs)
  // The version before stays as fallback, and nothing else of the row changes.
  expect(after.row['previous']).toBe(before.row['sealed'])
  expect({ ...after.row, ...own(before.row) }).toEqual({
    ...before.row,
    previous: after.row['previous'],
  })
})

const own = (row: Record<string, unknown>) => ({
  sealed: row['sealed'],
  etag: row['etag'],
  timestamp: row['timestamp'],
  writeId: row['writeId'],
})

test('the replaced token works, and is not replaced again', async () => {
  await letAge(stack, partner.tenant, 25 * hourMs)
  expectIssued(await partner.ask())
  const before = await stored()
  expectIssued(await partner.ask({ audience: audiences.arm }))
  expect(await stored()).toEqual(before)
})

test('a refresh token younger than a day is left as it is', async () => {
  await letAge(stack, partner.tenant, 23 * hourMs)
  const before = await stored()
  expectIssued(await partner.ask())
  expect(await stored()).toEqual(before)
})

test('nothing that a customer’s tenant returned is ever written back', async () => {
  await letAge(stack, partner.tenant, 25 * hourMs)
  const before = await stored()
  expectIssued(await partner.ask({ customer: partner.customer.tenant }))
  expect(await stored()).toEqual(before)
})

test('a lost race at the write-back gives the token and leaves the winner’s row alone', async () => {
  await letAge(stack, partner.tenant, 25 * hourMs)
  const asked = await redemptions(stack, partner.tenant, 'refresh_token')
  await partner.entraAnswers({ delayMs: 1500, times: 1 })
  const answer = partner.ask()
  await vi.waitUntil(
    async () => (await redemptions(stack, partner.tenant, 'refresh_token')) > asked,
  )
  await rewriteGrant(stack, partner.tenant, () => ({ contact: 'the winner' }))
  const winner = await grantOf(stack, partner.tenant)
  expectIssued(await answer)
  expect(await grantOf(stack, partner.tenant)).toEqual(winner)
  expectIssued(await partner.ask({ audience: audiences.arm }))
})

test.each([
  ['cannot be written', { status: 500 }],
  ['is written but the answer is lost', { after: true, drop: true, times: 1 }],
])('when the row %s at the write-back the token comes all the same', async (_, fault) => {
  await letAge(stack, partner.tenant, 25 * hourMs)
  await addFault(stack.tables, { match: { path: partner.tenant, method: 'PUT' }, ...fault })
  expectIssued(await partner.ask())
  await clearFaults(stack.tables)
  expectIssued(await partner.ask({ audience: audiences.arm }))
  const { row, versions } = await stored()
  expect(versions).toContain(sealedOf(row).secretVersion)
  expect(Date.parse(sealedOf(row).sealedAt)).toBeGreaterThan(Date.now() - hourMs)
})

test('when the vault takes no new version the token comes, the row stays, and the operator is alarmed', async () => {
  await letAge(stack, partner.tenant, 25 * hourMs)
  const before = await stored()
  await addFault(stack.vault, { match: { path: partner.tenant, method: 'PUT' }, status: 500 })
  expectIssued(await partner.ask())
  await untilLogged(stack, 'alarm_write_back_failed', partner.tenant)
  expect(await stored()).toEqual(before)
})
