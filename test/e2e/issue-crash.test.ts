import { beforeAll, expect, test, vi } from 'vitest'
import { askToken } from './support/ask-token.ts'
import { consent } from './support/consent-flow.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { expectIssued } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { ownStack, type OwnStack } from './support/own-stack.ts'
import { recorded } from './support/recorded.ts'
import { letAge, sealedOf, storedOf } from './support/stored-grant.ts'

const dayMs = 24 * 3600_000
let stack: OwnStack

beforeAll(async () => {
  stack = await ownStack()
  return stack.stop
})

test('a broker that dies between the new secret version and the row loses nothing', async () => {
  const { facts, partner, caller } = stack
  await consent(stack.invitation.url, stack.ada)
  await letAge(facts, partner, 2 * dayMs)
  const before = await storedOf(facts, partner)
  const asked = { caller, partner, audience: audiences.graph }

  // The row's write hangs and is never carried out; meanwhile the process ends.
  const match = { path: partner, method: 'PUT' }
  await addFault(facts.tables, { match, delayMs: 8000, status: 500 })
  const doomed = await stack.startSecondBroker()
  const written = await rowWrites()
  const lost = askToken({ ...facts, broker: doomed.address }, asked)
  const outcome = lost.then(
    () => 'answered',
    () => 'lost',
  )
  await vi.waitUntil(async () => (await rowWrites()) > written, { timeout: 10_000 })
  await doomed.stop()
  expect(await outcome).toBe('lost')
  await clearFaults(facts.tables)

  const crashed = await storedOf(facts, partner)
  expect(crashed.row).toEqual(before.row)
  expect(crashed.versions).toHaveLength(before.versions.length + 1)

  expectIssued(await askToken(facts, asked))
  const after = await storedOf(facts, partner)
  expect(crashed.versions).not.toContain(sealedOf(after.row).secretVersion)
  expect(after.row['previous']).toBe(before.row['sealed'])
})

// The consent inserted this row, and wrote it again once its event was on its way.
const rowWrites = async (): Promise<number> => {
  const asked = await recorded(stack.facts.tables, stack.partner)
  return asked.filter(({ method, path }) => method === 'PUT' && path.includes('/grants')).length
}
