import { beforeEach, expect, test } from 'vitest'
import { guardedDoor } from '../../shared/azure/guarded-door.ts'
import { timeLeftMs, withinBudget } from '../../shared/azure/time-budget.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import type { WriteHooks } from '../contract/in-memory/rows.ts'
import {
  arm,
  customer,
  dayMs,
  graph,
  minuteMs,
  openIssuing,
  partner,
  redeemedFor,
  start,
  type Issuing,
} from './issuing-fixture.ts'

const hourMs = 60 * minuteMs

let hooks: WriteHooks
let broker: Issuing
beforeEach(async () => {
  hooks = {}
  broker = await openIssuing({
    beforeWrite: (step) => hooks.beforeWrite?.(step),
    afterWrite: (step) => hooks.afterWrite?.(step),
  })
  await broker.consent()
  broker.clock.now = start + dayMs
  broker.vault.sealedTokens.write.mockClear()
})

/** The refresh token that the row points at. */
const tokenOfRow = async (): Promise<string> => {
  const { sealed, app, generation } = await broker.row()
  const name = `refresh-token-${app}-${partner}-${generation}`
  const text = await broker.vault.sealedTokens.read(name, sealed.secretVersion)
  return broker.vault.unseal(text ?? '', { app, partner, generation, kid: sealed.kid })
}

test('the rotated refresh token is written back at home when the stored one is a day old', async () => {
  const before = await broker.row()
  await broker.issue()
  const after = await broker.row()
  expect(after.previous).toEqual(before.sealed)
  expect(after.sealed.sealedAt).toBe(broker.clock.now)
  expect(await tokenOfRow()).toMatch(/^rotated /)
  expect({ ...after, sealed: 0, previous: 0 }).toEqual({ ...before, sealed: 0, previous: 0 })
})

test('and the next redemption uses it', async () => {
  await broker.issue()
  const kept = await tokenOfRow()
  await broker.issue({ audience: arm })
  expect(broker.redeem.mock.lastCall?.[0].refreshToken).toBe(kept)
})

test('a younger one is left alone', async () => {
  broker.clock.now = start + dayMs - 1
  await broker.issue()
  expect(broker.vault.sealedTokens.write).not.toHaveBeenCalled()
})

test('a refresh token that came from a customer’s tenant is never written back', async () => {
  await broker.issue({ customer })
  await broker.issue({ customer, audience: arm })
  expect(broker.vault.sealedTokens.write).not.toHaveBeenCalled()
  expect(await tokenOfRow()).toBe(`rt of ${partner}`)
})

test('a grant of which only customers are asked for is rotated by the queue where the timer does not come', async () => {
  const lateMs = 2 * hourMs + 10 * minuteMs
  broker.clock.now = start + dayMs + lateMs - 1
  await broker.issue({ customer })
  expect(broker.sendPartner).not.toHaveBeenCalled()
  broker.clock.now += 1
  await broker.issue({ customer, audience: arm })
  expect(broker.sendPartner.mock.calls).toEqual([[{ v: 1, partner, tries: 0 }]])
})

test('a queue that takes no message costs nobody a token', async () => {
  broker.clock.now = start + 30 * dayMs
  broker.sendPartner.mockRejectedValue(new Error('no queue'))
  await expect(broker.issue({ customer })).resolves.toHaveProperty('accessToken')
  expect(broker.alarms()).toEqual(['alarm_rotation_not_sent'])
})

test('it is handed over once an hour, however many tokens are asked for', async () => {
  broker.clock.now = start + 30 * dayMs
  const issueSome = async () => {
    for (const audience of [graph, arm]) await broker.issue({ customer, audience })
  }
  await issueSome()
  broker.clock.now += hourMs - 1
  await issueSome()
  expect(broker.sendPartner).toHaveBeenCalledTimes(1)
  broker.clock.now += hourMs
  await issueSome()
  expect(broker.sendPartner).toHaveBeenCalledTimes(2)
})

test('a queue that hangs leaves the time in which the token is put on record', async () => {
  const door = guardedDoor({ dependency: 'queue', timeoutMs: 5_000 })
  broker.sendPartner.mockImplementation(() => door(() => new Promise<never>(() => {})))
  broker.clock.now = start + 30 * dayMs
  await withinBudget(3_000, async () => {
    await broker.issue({ customer })
    expect(timeLeftMs()).toBeGreaterThan(1_000)
  })
})

test('without a new refresh token nothing is written', async () => {
  broker.redeem.mockImplementationOnce(async (asked) => {
    const { refreshToken: _, ...redeemed } = redeemedFor(asked, broker.clock.now)
    return { redeemed }
  })
  await broker.issue()
  expect(broker.vault.sealedTokens.write).not.toHaveBeenCalled()
})

test('the secret is written before the row: a crash between them leaves the old one working', async () => {
  const before = await broker.row()
  hooks.beforeWrite = () => {
    expect(broker.vault.sealedTokens.write).toHaveBeenCalledOnce()
    throw new Error('the worker died')
  }
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  expect(await broker.row()).toEqual(before)
  expect(broker.alarms()).toEqual(['alarm_write_back_failed'])
  hooks.beforeWrite = () => {}
  await broker.issue({ audience: arm })
  expect(await tokenOfRow()).toMatch(/^rotated /)
})

test('a vault that refuses the write leaves row and token as they are', async () => {
  const before = await broker.row()
  broker.vault.sealedTokens.write.mockRejectedValueOnce(new Error('down'))
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  expect(await broker.row()).toEqual(before)
  expect(broker.alarms()).toEqual(['alarm_write_back_failed'])
})

test('where the shared pace leaves no room, the token is given out and nothing is written', async () => {
  const before = await broker.row()
  broker.pace.takeSpareSlot.mockResolvedValueOnce(false)
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  expect(await broker.row()).toEqual(before)
  expect(broker.vault.sealedTokens.write).not.toHaveBeenCalled()
  expect(broker.alarms()).toEqual([])
  await broker.issue({ audience: arm })
  expect(await tokenOfRow()).toMatch(/^rotated /)
})

test.each([
  [undefined, 10_000],
  [60, 60_000],
])('a vault that throttles for %s seconds holds every writer off for %i ms', async (asked, ms) => {
  const detail = { reason: 'vault_429', retryAfterSeconds: 5 }
  const throttled = new BrokerError('throttled', 'no', {
    ...detail,
    ...(asked !== undefined && { askedSeconds: asked }),
  })
  broker.vault.sealedTokens.write.mockRejectedValueOnce(throttled)
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  expect(broker.pace.holdOff).toHaveBeenCalledWith(ms)
})

test('who loses the race leaves the winner’s: a renewal is never overwritten', async () => {
  hooks.beforeWrite = async () => {
    hooks.beforeWrite = () => {}
    await broker.consent({ generation: 2 })
  }
  await broker.issue()
  expect(await broker.row()).toMatchObject({ generation: 2, status: 'active' })
  expect(await tokenOfRow()).toBe(`rt of ${partner}`)
  expect(await broker.issue({ audience: arm })).toMatchObject({ generation: 2 })
})

test('a grant revoked during the redemption is not brought back', async () => {
  broker.redeem.mockImplementationOnce(async (asked) => {
    await broker.consent({ status: 'revoked' })
    return { redeemed: redeemedFor(asked, broker.clock.now) }
  })
  await broker.issue()
  expect((await broker.row()).status).toBe('revoked')
})

test('two workers that write back at once leave one of theirs, and both answer', async () => {
  const [one, other] = await Promise.all([broker.issue(), broker.issue({ audience: arm })])
  expect([one.accessToken.includes(graph), other.accessToken.includes(arm)]).toEqual([true, true])
  expect(await tokenOfRow()).toMatch(/^rotated /)
  await expect(
    broker.issue({ audience: graph, scopes: [`${graph}/User.Read`] }),
  ).resolves.toBeTruthy()
})
