import { beforeEach, expect, test } from 'vitest'
import {
  arm,
  dayMs,
  graph,
  minuteMs,
  openIssuing,
  partner,
  redeemedFor,
  refusalOf,
  refusing,
  start,
  type Issuing,
} from './issuing-fixture.ts'

let broker: Issuing
beforeEach(async () => {
  broker = await openIssuing()
  await broker.consent()
})

test('a warm token needs no row', async () => {
  await broker.issue()
  const reads = broker.grants.read.mock.calls.length
  for (let times = 0; times < 5; times++) await broker.issue()
  expect(broker.grants.read).toHaveBeenCalledTimes(reads)
})

test('a token is never said to live past the end of the consent term', async () => {
  const endsAt = start + 30 * minuteMs
  await broker.consent({ endsAt })
  expect((await broker.issue()).expiresAt).toBe(endsAt)
  broker.clock.now = endsAt - 1
  expect((await broker.issue()).expiresAt).toBe(endsAt)
  broker.clock.now = endsAt
  expect(await refusalOf(broker.issue())).toMatchObject({
    code: 'consent_needed',
    detail: { reason: 'term_over' },
  })
  expect(broker.redeem).toHaveBeenCalledOnce()
})

test('a renewal with a shorter term ends also the first token that it gives', async () => {
  await broker.issue()
  const endsAt = start + 2 * 60 * minuteMs
  await broker.consent({ generation: 2, endsAt })
  broker.clock.now = endsAt - 10 * minuteMs
  const token = await broker.issue()
  expect([token.generation, token.expiresAt]).toEqual([2, endsAt])
})

test('a remembered dead grant is read again before it refuses: a new consent counts at once', async () => {
  broker.redeem.mockImplementationOnce(refusing({ errorCodes: [700082], suberror: 'bad_token' }))
  await refusalOf(broker.issue())
  expect((await refusalOf(broker.issue())).code).toBe('consent_needed')
  expect(broker.redeem).toHaveBeenCalledOnce()
  await broker.consent({ generation: 2 })
  expect(await broker.issue()).toMatchObject({ generation: 2 })
})

test('a dead grant is answered from its row, with what Entra said, without asking Entra', async () => {
  await broker.consent({
    status: 'consent_needed',
    lastFailure: { at: start, reason: 'invalid_grant', suberror: 'bad_token', errorCodes: [50173] },
  })
  expect(await refusalOf(broker.issue())).toMatchObject({
    code: 'consent_needed',
    detail: { suberror: 'bad_token', errorCodes: [50173], reconsentPartner: partner },
  })
  expect(broker.redeem).not.toHaveBeenCalled()
})

test('a revoked grant and an audience that was not consented give no token and ask nobody', async () => {
  await broker.consent({ status: 'revoked' })
  expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
  await broker.consent({ audiences: [graph] })
  expect(await refusalOf(broker.issue({ audience: arm }))).toMatchObject({
    code: 'audience_not_consented',
    detail: { reconsentPartner: partner },
  })
  expect(broker.redeem).not.toHaveBeenCalled()
})

test('an audience that a renewal added is found by an instance that remembers the grant without it', async () => {
  await broker.consent({ audiences: [graph] })
  await broker.issue()
  await broker.consent({ generation: 2, audiences: [graph, arm] })
  expect(await broker.issue({ audience: arm })).toMatchObject({ generation: 2 })
})

test('a grant revoked elsewhere gives no new token, whatever this instance remembers', async () => {
  await broker.issue()
  await broker.consent({ status: 'revoked' })
  broker.clock.now += 60 * minuteMs
  expect((await refusalOf(broker.issue())).code).toBe('grant_revoked')
  expect(broker.redeem).toHaveBeenCalledOnce()
})

test('a renewal during a mint changes nothing of the answer; the next one is of the new generation', async () => {
  broker.redeem.mockImplementationOnce(async (asked) => {
    await broker.consent({ generation: 2 })
    return { redeemed: redeemedFor(asked, broker.clock.now) }
  })
  expect(await broker.issue()).toMatchObject({ generation: 1 })
  broker.clock.now += dayMs
  expect(await broker.issue()).toMatchObject({ generation: 2 })
})

test('rows that cannot be read are not taken for a partner that has not consented', async () => {
  broker.grants.read.mockRejectedValueOnce(new Error('down'))
  await expect(broker.issue()).rejects.toThrow('down')
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
})
