import { beforeEach, describe, expect, test } from 'vitest'
import type { Lockdown } from '../../shared/broker/lockdown.ts'
import type { Revocation } from '../../shared/broker/revocation.ts'
import {
  arm,
  customer,
  dayMs,
  graph,
  minuteMs,
  openIssuing,
  partner,
  redeemedFor,
  redemptionsPerMinute,
  refusalOf,
  shop,
  start,
  stranger,
  type Issuing,
} from './issuing-fixture.ts'

let broker: Issuing
beforeEach(async () => {
  broker = await openIssuing()
  await broker.consent()
})

const by = { by: 'operator', reason: 'r' }
const lock = (changes: Partial<Lockdown>) =>
  broker.lockdowns.add({ v: 1, name: 'one', scope: 'all', at: broker.clock.now, ...by, ...changes })
const revoke = (changes: Partial<Revocation> = {}) =>
  broker.revocations.add({
    v: 1,
    partner,
    generation: 1,
    at: broker.clock.now,
    revokedBy: 'operator',
    ...by,
    ...changes,
  })
const later = (ms = 10_000) => {
  broker.clock.now += ms
}

/** Something happens while Entra is asked. */
const during = (happens: () => Promise<unknown>) =>
  broker.redeem.mockImplementationOnce(async (asked) => {
    await happens()
    return { redeemed: redeemedFor(asked, broker.clock.now) }
  })

describe('a lockdown', () => {
  test.each([
    ['all', undefined],
    ['partner', partner],
    ['caller', `${shop.tenant}/${shop.clientId}`],
    ['audience', graph],
  ] as const)('of %s stops a warm token within 10 seconds, and asks nobody', async (scope, id) => {
    await broker.issue()
    await lock({ scope, ...(id !== undefined && { id }) })
    later()
    expect(await refusalOf(broker.issue())).toMatchObject({
      code: 'locked_down',
      detail: { reason: 'locked_down', permission: 'shop' },
    })
    expect(broker.redeem).toHaveBeenCalledOnce()
    await broker.lockdowns.remove('one')
    later()
    await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  })

  test('of another audience, partner or caller stops nothing', async () => {
    await lock({ scope: 'audience', id: arm })
    await lock({ name: 'two', scope: 'partner', id: customer })
    await lock({ name: 'three', scope: 'caller', id: `${shop.tenant}/stranger` })
    await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  })

  test('is nothing that a caller without permission could learn of', async () => {
    const before = await refusalOf(broker.issue({ caller: stranger }))
    await lock({})
    later()
    const after = await refusalOf(broker.issue({ caller: stranger }))
    expect([after.code, after.message]).toEqual([before.code, before.message])
  })

  test('that comes while Entra is asked stops the token that Entra gives', async () => {
    during(async () => {
      broker.clock.now += 1
      await lock({})
    })
    expect((await refusalOf(broker.issue())).code).toBe('locked_down')
  })
})

describe('a revocation', () => {
  test('stops warm tokens of its generation though the row still says active', async () => {
    await broker.issue()
    await revoke()
    later()
    expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
    expect(broker.redeem).toHaveBeenCalledOnce()
    expect((await broker.row()).status).toBe('active')
  })

  test('leaves a later consent alone, which an instance that knew the old one finds', async () => {
    await broker.issue()
    await revoke()
    await broker.consent({ generation: 2, begunAt: broker.clock.now + 1 })
    later()
    expect(await broker.issue()).toMatchObject({ generation: 2 })
  })

  test('that comes while Entra is asked stops the token, and nothing of it is kept', async () => {
    during(async () => {
      broker.clock.now += 1
      await revoke()
    })
    expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
    expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
    expect(broker.redeem).toHaveBeenCalledOnce()
  })

  test('by the partner asks her administrator, one by the operator does not', async () => {
    await revoke({ revokedBy: 'partner' })
    expect((await refusalOf(broker.issue())).detail).toMatchObject({
      reason: 'withdrawn',
      reconsentPartner: partner,
    })
  })
})

describe('the record', () => {
  test('of a token that cannot be written keeps the token back', async () => {
    broker.append.mockRejectedValueOnce(new Error('down'))
    expect(await refusalOf(broker.issue())).toMatchObject({
      code: 'upstream_unavailable',
      detail: { reason: 'audit_unavailable' },
    })
    await expect(broker.issue()).resolves.toHaveProperty('accessToken')
    expect((await broker.records()).map(({ outcome }) => outcome)).toEqual(['issued'])
  })

  test('holds one row for each answer, also from the cache', async () => {
    await Promise.all(Array.from({ length: 5 }, () => broker.issue()))
    expect(await broker.records()).toHaveLength(5)
    expect(new Set((await broker.records()).map(({ tokenHash }) => tokenHash)).size).toBe(1)
  })

  test('holds what a permission on trial would have decided, and it decides nothing', async () => {
    const stored = await broker.permissions.read('shop')
    if (!stored) throw new Error('no permission')
    const trial = { ...stored.value, mode: 'audit' as const }
    await broker.permissions.add({ ...trial, name: 'next' })
    await broker.permissions.add({ ...trial, name: 'old', notAfter: start })
    await broker.permissions.add({ ...trial, name: 'hers', caller: stranger })
    await broker.issue()
    await refusalOf(broker.issue({ caller: stranger, address: '192.0.2.1' }))
    // Of one instant, so in no order.
    const records = await broker.records()
    const ofShop = records.find(({ callerId }) => callerId === 'shop')
    expect(ofShop?.trials?.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'next=allowed',
      'old=expired',
    ])
    expect(records.find(({ callerId }) => callerId === 'stranger')).toMatchObject({
      outcome: 'refused',
      code: 'not_permitted',
      reason: 'no_permission',
      trials: ['hers=allowed'],
      address: '192.0.2.1',
    })
  })
})

describe('a claims challenge', () => {
  const challenge = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'

  test('goes past a warm cache to Entra as it is, and its token is not kept for others', async () => {
    const first = await broker.issue()
    const second = await broker.issue({ challenge })
    expect(broker.redeem.mock.lastCall?.[0]).toMatchObject({ claims: challenge })
    const third = await broker.issue()
    expect(new Set([first, second, third].map(({ accessToken }) => accessToken)).size).toBe(3)
    expect(broker.redeem.mock.lastCall?.[0]).not.toHaveProperty('claims')
  })

  test('of a caller whom no permission allows reaches nobody', async () => {
    await broker.issue()
    expect((await refusalOf(broker.issue({ caller: stranger, challenge }))).code).toBe(
      'not_permitted',
    )
    expect(broker.redeem).toHaveBeenCalledOnce()
  })

  test('that Entra refuses does not mark the grant, whatever Entra says', async () => {
    const failure = { status: 400, error: 'invalid_grant', errorCodes: [50173] }
    broker.redeem.mockResolvedValueOnce({ failure })
    await refusalOf(broker.issue({ challenge }))
    expect((await broker.row()).status).toBe('active')
  })
})

describe('the budget of a caller', () => {
  test('counts redemptions only: a warm token is answered however often', async () => {
    for (let times = 0; times < redemptionsPerMinute + 5; times++) await broker.issue()
    expect(broker.redeem).toHaveBeenCalledOnce()
  })

  test('that is used up refuses new redemptions, and the cache still answers', async () => {
    await broker.issue()
    for (let one = 1; one < redemptionsPerMinute; one++) {
      await broker.issue({ scopes: [`${graph}/Permission.${one}`] })
    }
    expect(await refusalOf(broker.issue({ audience: arm }))).toMatchObject({
      code: 'throttled',
      detail: { reason: 'caller_budget', retryAfterSeconds: 1 },
    })
    await expect(broker.issue()).resolves.toHaveProperty('accessToken')
    later(1000)
    await expect(broker.issue({ audience: arm })).resolves.toHaveProperty('accessToken')
  })
})

test('a promised life is checked against the end of the consent term, not against Entra’s', async () => {
  await broker.consent({ endsAt: start + 30 * minuteMs })
  await expect(broker.issue({ minLifeMs: 30 * minuteMs })).resolves.toHaveProperty('accessToken')
  expect((await refusalOf(broker.issue({ minLifeMs: 30 * minuteMs + 1 }))).code).toBe(
    'lifetime_unavailable',
  )
})

test('an older token with its warning is never one of a consent that ended or was revoked', async () => {
  await broker.issue()
  later(50 * minuteMs)
  broker.redeem.mockResolvedValue({ failure: { status: 503, error: 'x', errorCodes: [] } })
  expect(await broker.issue()).toHaveProperty('warning')
  await revoke()
  later()
  expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
  later(dayMs)
  expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
})
