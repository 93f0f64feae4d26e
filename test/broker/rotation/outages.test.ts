import { beforeEach, expect, test } from 'vitest'
import { BrokerError } from '../../../shared/broker/broker-error.ts'
import { secretNameOf } from '../../../shared/broker/grant.ts'
import { openPace } from '../../../shared/broker/rotation/pace.ts'
import type { Pace } from '../../../shared/broker/rotation/pace-row.ts'
import { haltMs, tendPartner } from '../../../shared/broker/rotation/tend-partner.ts'
import { inMemoryRows, type WriteHooks } from '../../contract/in-memory/rows.ts'
import { tokenNumber } from './invariants.ts'
import { dayMs, freshGrant, hourMs, start } from './grants.ts'
import { openTending, redeemedAt, refusing, type Tending } from './tending-fixture.ts'

const partners = Array.from(
  { length: 20 },
  (_none, index) => `0f000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
)
const [first = '', second = '', third = ''] = partners

let hooks: WriteHooks
let world: Tending

/** All of them are due: their tokens are older than any slot. */
beforeEach(async () => {
  hooks = {}
  world = openTending({
    beforeWrite: (step) => hooks.beforeWrite?.(step),
    afterWrite: (step) => hooks.afterWrite?.(step),
  })
  const sealed = { secretVersion: '', kid: '', sealedAt: start - 11 * dayMs }
  for (const partner of partners) await world.store(freshGrant({ partner, sealed }))
})

const rows = () => Promise.all(partners.map((partner) => world.row(partner)))
const rotatedSince = async (time: number) =>
  (await rows()).filter(({ sealed }) => sealed.sealedAt >= time).length

const expectUntouched = async () => {
  for (const row of await rows()) {
    expect(row).toMatchObject({ status: 'active', sealed: { sealedAt: start - 11 * dayMs } })
    expect(row).not.toHaveProperty('degraded')
    expect(row).not.toHaveProperty('lastFailure')
  }
  expect(world.sent).toEqual([])
  expect(world.poison).toEqual([])
}

const expectAllRotated = async (since: number) => {
  expect(await rotatedSince(since)).toBe(partners.length)
  for (const row of await rows()) await tokenNumber(world.vault, row)
  expect(world.poison).toEqual([])
}

test.each([
  ['does not answer', refusing({ status: 0, error: 'no_answer' })],
  ['answers 503 with a dead token’s number', refusing({ status: 503, errorCodes: [700082] })],
  ['throttles', refusing({ status: 429, error: 'unreadable', retryAfterSeconds: 60 })],
  ['throws', () => Promise.reject(new BrokerError('upstream_unavailable', 'down'))],
] as const)(
  'two hours in which Entra %s change nothing, and all are rotated afterwards',
  async (...row) => {
    const healthy = world.redeem.getMockImplementation() ?? row[1]
    world.redeem.mockImplementation(row[1])
    await world.runFor(2 * hourMs - 1)
    await expectUntouched()
    // Each is tried a handful of times an hour, not without pause.
    expect(world.redeem.mock.calls.length).toBeLessThanOrEqual(partners.length * 10)
    world.redeem.mockImplementation(healthy)
    await world.runFor(hourMs)
    await expectAllRotated(start + hourMs)
  },
)

test('Entra’s Retry-After is waited for', async () => {
  world.redeem.mockImplementation(
    refusing({ status: 429, error: 'unreadable', retryAfterSeconds: 900 }),
  )
  await world.sweep()
  await world.runFor(0)
  expect(world.queue.every(({ at }) => at >= start + 900_000)).toBe(true)
})

test('a Retry-After that no queue can hold is not taken at its word: the next hour looks again', async () => {
  const retryAfterSeconds = 30 * 24 * 3600
  world.redeem.mockImplementation(refusing({ status: 429, error: 'unreadable', retryAfterSeconds }))
  await world.sweep()
  await world.runFor(0)
  expect(world.queue).not.toEqual([])
  expect(world.queue.every(({ at }) => at <= start + hourMs)).toBe(true)
})

const vaultSays = (reason: string) => () =>
  Promise.reject(new BrokerError('upstream_unavailable', 'no', { reason, retryAfterSeconds: 5 }))

test.each([
  ['is read-only', vaultSays('vault_403')],
  ['fails', vaultSays('vault_500')],
])('while the vault %s no grant is touched, and all are rotated afterwards', async (...row) => {
  const { sealedTokens } = world.ports
  const { write, remove } = sealedTokens
  Object.assign(sealedTokens, { write: row[1], remove: row[1] })
  await world.runFor(3 * hourMs - 1)
  await expectUntouched()
  Object.assign(sealedTokens, { write, remove })
  await world.runFor(hourMs)
  await expectAllRotated(start)
})

// A 429 without Retry-After counts for the ten seconds over which the vault counts.
test.each([
  ['does not say for how long', {}, 10_000],
  ['asks for less than that', { retryAfterSeconds: 1 }, 10_000],
  ['asks for longer', { retryAfterSeconds: 30 }, 30_000],
])('a vault that throttles and %s holds the others off, and loses no token', async (...row) => {
  const { write } = world.ports.sealedTokens
  const askedAt: number[] = []
  const refuse = () =>
    Promise.reject(new BrokerError('throttled', 'no', { reason: 'vault_429', ...row[1] }))
  Object.assign(world.ports.sealedTokens, {
    write: (name: string, sealed: string) =>
      askedAt.push(world.clock.now) > 3 ? write(name, sealed) : refuse(),
  })
  const wait = async (ms: number) => void (world.clock.now += ms)
  const paces = inMemoryRows<Pace>(({ name }) => name)
  Object.assign(world.ports, openPace({ paces, now: world.ports.now, wait }))
  await world.sweep()
  await world.runFor(0)
  for (const index of [1, 2, 3]) {
    expect(askedAt[index]).toBeGreaterThanOrEqual((askedAt[index - 1] ?? 0) + row[2])
  }
  expect(await rotatedSince(start)).toBe(partners.length - 3)
  await world.runFor(hourMs / 2)
  await expectAllRotated(start)
})

test('a secret of an earlier generation that cannot be deleted waits, and does not keep the live one from rotation', async () => {
  const { write, remove: kept } = world.ports.sealedTokens
  const earlier = [2, 3].map((generation) => ({ ...freshGrant({ partner: first }), generation }))
  for (const one of earlier) await write(secretNameOf(one), 'sealed')
  const [stuck = '', other = ''] = earlier.map(secretNameOf)
  const refuse = vaultSays('vault_403')
  const remove = (name: string) => (name === stuck ? refuse() : kept(name))
  Object.assign(world.ports.sealedTokens, { remove })
  const superseded = [2, 3].map((generation) => ({ app: 'app', generation, at: start - 2 * dayMs }))
  const stored = await world.rows.read(first)
  if (stored) await world.rows.replace({ ...stored.value, superseded }, stored.etag)
  expect((await world.tend(first)).outcome).toBe('rotated')
  expect([...world.vault.deleted]).toEqual([other])
  expect((await world.row(first)).superseded).toEqual(superseded.slice(0, 1))
  expect(world.alarm).toHaveBeenCalledWith('superseded_not_deleted', { partner: first })
  Object.assign(world.ports.sealedTokens, { remove: kept })
  await world.tend(first)
  expect([...world.vault.deleted]).toEqual([other, stuck])
  expect((await world.row(first)).superseded).toBeUndefined()
})

test('writes whose answers are lost, and reads that fail, pass without a message in the poison queue', async () => {
  let writes = 0
  hooks.afterWrite = () => {
    if (writes++ % 2 === 0) {
      throw new BrokerError('upstream_unavailable', 'time-out', { reason: 'tables_TimeoutError' })
    }
  }
  await world.runFor(hourMs / 2)
  hooks = {}
  await world.runFor(hourMs)
  await expectAllRotated(start)
  // Nobody rotated anew what the lost answer had written already.
  expect(world.vault.sealedTokens.write.mock.calls.length).toBe(2 * partners.length)
})

test('grants that cannot be read for half an hour cost no message', async () => {
  const { read } = world.ports.grants
  Object.assign(world.ports.grants, { read: vaultSays('tables_500') })
  await world.runFor(hourMs / 2)
  Object.assign(world.ports.grants, { read })
  await world.runFor(hourMs)
  await expectAllRotated(start)
})

test('trouble of a minute is made up for before the next run of the timer', async () => {
  const healthy = world.redeem.getMockImplementation() ?? refusing({})
  world.redeem.mockImplementation(refusing({ status: 0, error: 'no_answer' }))
  await world.sweep()
  await world.runFor(60_000, { isSilent: true })
  await expectUntouched()
  world.redeem.mockImplementation(healthy)
  await world.runFor(10 * 60_000, { isSilent: true })
  await expectAllRotated(start)
})

test('messages that come twice or late do nothing', async () => {
  await world.sweep()
  await world.sweep()
  await world.runFor(0, { isSilent: true })
  expect(world.redeem).toHaveBeenCalledTimes(partners.length)
  world.clock.now += hourMs
  await world.ports.sendPartner({ v: 1, partner: first, tries: 3 })
  await world.runFor(0, { isSilent: true })
  expect(world.redeem).toHaveBeenCalledTimes(partners.length)
})

const refusedApp = refusing({ status: 401, error: 'invalid_client', errorCodes: [7000222] })
const alarms = () => world.tended.filter(({ outcome }) => outcome === 'halt').length

test('our own credential refused: told once, no grant touched, the run stops, and goes on later', async () => {
  const healthy = world.redeem.getMockImplementation() ?? refusedApp
  world.redeem.mockImplementation(refusedApp)
  await world.runFor(haltMs - 1)
  await expectUntouched()
  expect(world.redeem).toHaveBeenCalledTimes(2)
  expect(alarms()).toBe(1)
  world.redeem.mockImplementation(healthy)
  await world.runFor(hourMs)
  await expectAllRotated(start)
})

test('many workers that meet it at the same time tell of it once', async () => {
  world.redeem.mockImplementation(refusedApp)
  await Promise.all(
    partners.map((partner) => tendPartner(world.ports, { v: 1, partner, tries: 0 }, 'x')),
  )
  expect(alarms()).toBe(1)
  await expectUntouched()
})

test('one partner that removed our application from its tenant stops nobody else', async () => {
  world.redeem.mockImplementation(async (asked) =>
    asked.partner === third
      ? refusing({ error: 'unauthorized_client', errorCodes: [700016] })(asked)
      : { redeemed: redeemedAt(world.clock.now, asked.partner) },
  )
  await world.runFor(2 * hourMs)
  expect(await rotatedSince(start)).toBe(partners.length - 1)
  // Each hour anew, for the operator must look.
  expect(alarms()).toBe(3)
})

test('a fault of our own code touches no grant and ends in the poison queue', async () => {
  world.redeem.mockImplementation(async ({ partner }) => {
    if (partner === second) throw new TypeError('no such function')
    return { redeemed: redeemedAt(world.clock.now, partner) }
  })
  await world.runFor(hourMs / 2)
  expect(await world.row(second)).not.toHaveProperty('degraded')
  expect(world.poison.map(({ partner }) => partner)).toEqual([second])
  expect(await rotatedSince(start)).toBe(partners.length - 1)
})

test('a token that is another person’s is not kept, and the grant is shown to the operator', async () => {
  world.redeem.mockImplementation(async ({ partner }) => ({
    redeemed: { ...redeemedAt(start, partner), account: { objectId: 'x', tenant: partner } },
  }))
  expect((await world.tend(first)).outcome).toBe('degraded')
  expect(await world.row(first)).toMatchObject({
    status: 'active',
    sealed: { sealedAt: start - 11 * dayMs },
    degraded: { reason: 'token_owner_mismatch', whoMustAct: 'operator' },
  })
})

test('Partner Center down at the probe gives up no new token, and is asked again in a day', async () => {
  world.probePartnerCenter.mockRejectedValue(new Error('down'))
  await world.runFor(dayMs - 1)
  await expectAllRotated(start)
  expect(world.probePartnerCenter).toHaveBeenCalledTimes(partners.length)
  expect((await rows()).some(({ degraded, probedAt }) => degraded ?? probedAt)).toBe(false)
  await world.runFor(hourMs)
  expect(world.probePartnerCenter).toHaveBeenCalledTimes(2 * partners.length)
})

test.each(['not_an_agent', 'mfa_missing'] as const)(
  'a probe that says %s is told once, stops nothing, and its end is told too',
  async (answer) => {
    world.probePartnerCenter.mockResolvedValue(answer)
    await world.runFor(5 * dayMs)
    await expectAllRotated(start)
    const told = () => world.sent.filter(({ partner }) => partner === first).map(({ type }) => type)
    expect(told()).toEqual(['grant.degraded'])
    expect((await world.row(first)).degraded).toMatchObject({ reason: answer, since: start })
    world.probePartnerCenter.mockResolvedValue('proven')
    await world.runFor(2 * dayMs)
    expect(told()).toEqual(['grant.degraded', 'grant.recovered'])
    expect(await world.row(first)).not.toHaveProperty('degraded')
  },
)

test('a grant that cannot be rotated for months is told to end, and stays as it is', async () => {
  world.redeem.mockImplementation(refusing({ status: 0, error: 'no_answer' }))
  for (let days = 0; days < 79; days++) {
    world.clock.now = start + days * dayMs + 1
    expect((await world.tend(first)).outcome).toBe('retry')
  }
  expect(world.sent.map(({ type, daysLeft }) => `${type} ${daysLeft}`)).toEqual([
    'grant.expiring 30',
    'grant.expiring 14',
    'grant.expiring 7',
    'grant.expiring 1',
  ])
  expect((await world.row(first)).status).toBe('active')
})

test('a timer that fires twice costs nothing, and one that was silent for a week is made up for', async () => {
  await Promise.all([world.sweep(), world.sweep()])
  await world.runFor(7 * dayMs, { isSilent: true })
  expect(world.redeem).toHaveBeenCalledTimes(partners.length)
  await world.runFor(4 * dayMs)
  await expectAllRotated(start + 7 * dayMs)
})
