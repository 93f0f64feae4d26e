import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { QueueClient } from '@azure/storage-queue'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { addFault, clearFaults } from './support/faults.ts'
import { entraError, expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { control } from './support/own-partner.ts'
import { recorded } from './support/recorded.ts'
import { dayMs, fireTimer, untilGrant } from './support/rotation.ts'
import { tableOf } from './support/stored-rows.ts'
import { grantOf, letAge, rewriteGrant, storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
const queue = (name: string) => new QueueClient(stack.storage, name)

let partner: Onboarded

// A message may lie in its queue for some seconds, and the doors try again before they give up.
vi.setConfig({ testTimeout: 90_000 })

beforeEach(async () => {
  partner = await onboarded(stack)
  await letAge(stack, partner.tenant, 11 * dayMs)
})
afterEach(async () => {
  await Promise.all(
    [stack.entra, stack.vault, stack.tables, stack.apis.partnerCenter].map(clearFaults),
  )
  await control(`${stack.apis.partnerCenter}/_local/mfa`, {})
})

/** What the sweep sends for a grant that is due; the timer's own way is told in `rotation.test.ts`. */
const message = (tenant: string) => JSON.stringify({ v: 1, partner: tenant, tries: 0 })
const sendMessage = (tenant = partner.tenant) =>
  queue('rotation-partners').sendMessage(message(tenant))

/** Waits until the log of any broker on this store tells this of the partner. */
const untilTold = async (event: string): Promise<void> => {
  const logs = join(stack.stateFolder, 'logs')
  const lines = () =>
    readdirSync(logs).flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
  const texts = [`"${event}"`, partner.tenant]
  const isTold = () => lines().some((line) => texts.every((text) => line.includes(text)))
  await vi.waitUntil(isTold, { timeout: 45_000, interval: 100 })
}

/** Rotation is tried and fails, changes nothing, and succeeds once the fault is gone. */
const failsAndRecovers = async (address: string): Promise<void> => {
  const before = await storedOf(stack, partner.tenant)
  await sendMessage()
  await untilTold('grant_retry')
  const { row } = await storedOf(stack, partner.tenant)
  expect(row).toEqual(before.row)
  await clearFaults(address)
  await sendMessage()
  const after = await untilGrant(stack, partner.tenant, ({ sealed }) => sealed !== row['sealed'])
  expect(after).toMatchObject({ status: 'active', previous: before.row['sealed'] })
  expectIssued(await partner.ask())
}

test('while Entra is down the grant stays as it is, and is rotated afterwards', async () => {
  await partner.entraAnswers({ status: 503, body: entraError('temporarily_unavailable', [90033]) })
  await failsAndRecovers(stack.entra)
})

test.each([
  ['refuses to write', { status: 403, body: { error: { code: 'Forbidden' } } }],
  ['fails to write', { status: 500 }],
])('while the vault %s the grant stays as it is, and is rotated afterwards', async (_, fault) => {
  await addFault(stack.vault, { match: { method: 'PUT', path: partner.tenant }, ...fault })
  await failsAndRecovers(stack.vault)
})

test('a vault that throttles and does not say for how long loses no token', async () => {
  await addFault(stack.vault, {
    match: { method: 'PUT', path: partner.tenant },
    status: 429,
    body: { error: { code: 'Throttled', message: 'Request was not processed.' } },
  })
  await failsAndRecovers(stack.vault)
})

test('a write of the row whose answer is lost is not done again', async () => {
  const before = await storedOf(stack, partner.tenant)
  const match = { method: 'PUT', path: partner.tenant }
  await addFault(stack.tables, { match, after: true, drop: true, times: 1 })
  await sendMessage()
  await untilGrant(stack, partner.tenant, ({ sealed }) => sealed !== before.row['sealed'])
  await sendMessage()
  await untilTold('grant_rotated')
  expect((await storedOf(stack, partner.tenant)).versions).toHaveLength(before.versions.length + 1)
})

test('a message that comes many times rotates once', async () => {
  const before = await storedOf(stack, partner.tenant)
  const redeemed = (await recorded(stack.entra, partner.tenant)).length
  await sendMessage()
  await untilGrant(stack, partner.tenant, ({ sealed }) => sealed !== before.row['sealed'])
  await Promise.all(Array.from({ length: 5 }, () => sendMessage()))
  await Promise.all([fireTimer(stack), fireTimer(stack)])
  const other = await onboarded(stack)
  await letAge(stack, other.tenant, 11 * dayMs)
  const { sealed } = await grantOf(stack, other.tenant)
  await sendMessage(other.tenant)
  await untilGrant(stack, other.tenant, (row) => row['sealed'] !== sealed)
  expect((await storedOf(stack, partner.tenant)).versions).toHaveLength(before.versions.length + 1)
  expect(await recorded(stack.entra, partner.tenant)).toHaveLength(redeemed + 1)
})

test('Partner Center that is down gives up no new token', async () => {
  const before = await grantOf(stack, partner.tenant)
  await addFault(stack.apis.partnerCenter, {
    match: { tenant: partner.tenant, path: '/v1/customers' },
    status: 503,
  })
  await sendMessage()
  const after = await untilGrant(stack, partner.tenant, (row) => row['sealed'] !== before['sealed'])
  expect(after).not.toHaveProperty('degraded')
  expect(Date.parse(String(after['retryAt']))).toBeGreaterThan(Date.now() + dayMs / 2)
})

test('a lost role is shown, stops nothing, and is taken back when it returns', async () => {
  await addFault(stack.apis.partnerCenter, {
    match: { tenant: partner.tenant, path: '/v1/customers' },
    status: 403,
    body: { code: '900308', description: 'insufficient privileges' },
  })
  await sendMessage()
  const row = await untilGrant(stack, partner.tenant, (one) => 'degraded' in one)
  expect(JSON.parse(String(row['degraded']))).toMatchObject({
    reason: 'not_an_agent',
    whoMustAct: 'partner_admin',
  })
  expect(row['status']).toBe('active')
  expectIssued(await partner.ask())
  await clearFaults(stack.apis.partnerCenter)
  await rewriteGrant(stack, partner.tenant, () => ({ retryAt: new Date().toISOString() }))
  await letAge(stack, partner.tenant, 11 * dayMs)
  await sendMessage()
  await untilGrant(stack, partner.tenant, (one) => !('degraded' in one))
})

test('an application that one partner’s tenant refuses raises an alarm, touches no grant and stops nobody', async () => {
  const other = await onboarded(stack)
  await letAge(stack, other.tenant, 11 * dayMs)
  const [before, others] = [
    await storedOf(stack, partner.tenant),
    await grantOf(stack, other.tenant),
  ]
  await partner.entraAnswers({ status: 400, body: entraError('unauthorized_client', [700016]) })
  await sendMessage()
  await untilTold('alarm_rotation_halted')
  await sendMessage(other.tenant)
  await untilGrant(stack, other.tenant, (row) => row['sealed'] !== others['sealed'])
  expect(await storedOf(stack, partner.tenant)).toEqual(before)
})

test('what is no message is put aside at once, and kept', async () => {
  const malformed = `not JSON ${crypto.randomUUID()}`
  await queue('rotation-partners').sendMessage(malformed)
  const kept = async () => {
    const failed = tableOf(stack, 'failed')
    for await (const row of failed.listEntities()) {
      if (Buffer.from(Object(row['body'])).toString('utf8').includes(malformed)) return true
    }
    return false
  }
  await vi.waitUntil(kept, { timeout: 25_000, interval: 500 })
})
