import { beforeEach, expect, test } from 'vitest'
import {
  arm,
  customer,
  graph,
  openIssuing,
  partner,
  person,
  redeemedFor,
  refusalOf,
  refusing,
  requestOf,
  start,
  type Issuing,
} from './issuing-fixture.ts'

let broker: Issuing
beforeEach(async () => {
  broker = await openIssuing()
  await broker.consent()
})

test('the refresh token is redeemed for exactly one audience at home or at the customer', async () => {
  await broker.issue()
  await broker.issue({ audience: arm, customer })
  expect(broker.redeem.mock.calls.map(([asked]) => asked)).toMatchObject([
    { refreshToken: `rt of ${partner}`, tenant: partner, scopes: [`${graph}/.default`] },
    { refreshToken: `rt of ${partner}`, tenant: customer, scopes: [`${arm}/.default`] },
  ])
})

const answeringAs = (account: { objectId: string; tenant: string } | undefined) =>
  broker.redeem.mockImplementation(async (asked) => {
    const { account: _, ...redeemed } = redeemedFor(asked, broker.clock.now)
    return { redeemed: account ? { ...redeemed, account } : redeemed }
  })

test.each([
  ['another person', { objectId: 'someone', tenant: partner }, 'token_owner_mismatch'],
  ['another tenant', { objectId: person, tenant: customer }, 'token_owner_mismatch'],
  ['nobody', undefined, 'token_owner_unknown'],
] as const)('the token of %s is not given out, not kept, and raises an alarm', async (...row) => {
  const [, account, reason] = row
  await broker.consent({ sealed: { secretVersion: '', kid: '', sealedAt: 0 } })
  const before = [await broker.row(), broker.vault.secrets.size]
  answeringAs(account)
  for (const at of [{}, { customer }]) {
    expect(await refusalOf(broker.issue(at))).toMatchObject({
      code: 'internal',
      detail: { reason },
    })
  }
  expect([await broker.row(), broker.vault.secrets.size]).toEqual(before)
  expect(broker.alarms()).toEqual([`alarm_${reason}`, `alarm_${reason}`])
  broker.redeem.mockClear()
  await refusalOf(broker.issue())
  expect(broker.redeem).toHaveBeenCalledOnce()
})

test('a token of another partner in this one’s secret does not open, and raises an alarm', async () => {
  const grant = await broker.row()
  const foreign = await broker.vault.seal('rt of another', { ...grant, partner: customer })
  for (const key of broker.vault.secrets.keys()) broker.vault.secrets.set(key, foreign.sealed)
  expect((await refusalOf(broker.issue())).detail.reason).toBe('seal_mismatch')
  expect(broker.alarms()).toEqual(['alarm_seal_mismatch'])
  expect(broker.redeem).not.toHaveBeenCalled()
})

test('a secret that is absent falls back to the version before, and else alarms', async () => {
  const { sealed } = await broker.row()
  await broker.consent({ generation: 1, previous: sealed })
  const newest = (await broker.row()).sealed.secretVersion
  for (const key of broker.vault.secrets.keys()) {
    if (key.endsWith(`/${newest}`)) broker.vault.secrets.delete(key)
  }
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  broker.vault.secrets.clear()
  const { code, detail } = await refusalOf(broker.issue({ audience: arm }))
  expect([code, detail.reason]).toEqual(['internal', 'sealed_token_absent'])
  expect(broker.alarms()).toEqual(['alarm_sealed_token_absent'])
})

test('a dead refresh token marks the grant with what Entra said', async () => {
  broker.clock.now += 5
  broker.redeem.mockImplementation(refusing({ errorCodes: [50173], suberror: 'bad_token' }))
  expect(await refusalOf(broker.issue())).toMatchObject({
    code: 'consent_needed',
    detail: { errorCodes: [50173], reconsentPartner: partner },
  })
  const { lastFailure, ...grant } = await broker.row()
  expect(grant.status).toBe('consent_needed')
  expect(lastFailure).toEqual({
    at: start + 5,
    reason: 'invalid_grant',
    whoMustAct: 'partner_admin',
    suberror: 'bad_token',
    errorCodes: [50173],
  })
})

test('a refused token that another worker has replaced meanwhile is redeemed anew, once', async () => {
  broker.redeem.mockImplementationOnce(async () => {
    await broker.consent({ generation: 2 })
    return { failure: { status: 400, error: 'invalid_grant', errorCodes: [50173] } }
  })
  expect(await broker.issue()).toMatchObject({ generation: 2 })
  expect(await broker.row()).toMatchObject({ status: 'active', generation: 2 })
})

test('a grant that was renewed after it was read is not marked by the older worker', async () => {
  const renewing = await openIssuing({
    beforeWrite: async ({ verb }) => {
      if (verb === 'replace' && armed) {
        armed = false
        await renewing.consent({ generation: 2 })
      }
    },
  })
  let armed = false
  await renewing.consent()
  armed = true
  renewing.redeem.mockImplementation(refusing({ errorCodes: [50173] }))
  expect((await refusalOf(renewing.issue())).code).toBe('consent_needed')
  expect(await renewing.row()).toMatchObject({ status: 'active', generation: 2 })
})

test.each([
  ['no answer', { status: 0, error: 'no_answer' }, 'upstream_unavailable'],
  ['429', { status: 429, error: 'unreadable' }, 'throttled'],
  ['503 with a dead token’s number', { status: 503, errorCodes: [700082] }, 'upstream_unavailable'],
  ['HTML', { error: 'unreadable' }, 'upstream_unavailable'],
  [
    'a wrong secret',
    { status: 401, error: 'invalid_client', errorCodes: [7000215] },
    'app_misconfigured',
  ],
  ['Conditional Access', { errorCodes: [53003] }, 'blocked_by_policy'],
  [
    'a missing consent',
    { errorCodes: [65001], suberror: 'consent_required' },
    'audience_not_consented',
  ],
  ['an unknown invalid_grant', { errorCodes: [135010] }, 'consent_needed'],
  ['nonsense', { error: 'nonsense', errorCodes: [] }, 'internal'],
] as const)('%s changes nothing of the grant, and the next request asks again', async (...row) => {
  const [, { ...failure }, code] = row
  const before = await broker.row()
  const errorCodes = 'errorCodes' in failure ? [...failure.errorCodes] : []
  broker.redeem.mockImplementationOnce(refusing({ ...failure, errorCodes }))
  expect((await refusalOf(broker.issue())).code).toBe(code)
  expect(await broker.row()).toEqual(before)
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
})

test('nothing that a customer’s tenant refuses changes the grant', async () => {
  const before = await broker.row()
  for (const errorCodes of [[700082], [50173], [50076], [65001], [53003], [50020], [135010]]) {
    broker.redeem.mockImplementationOnce(refusing({ errorCodes, suberror: 'bad_token' }))
    await refusalOf(broker.issue({ customer }))
  }
  expect(await broker.row()).toEqual(before)
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
})

test('the operator is alarmed of what nobody knows and of our own credential', async () => {
  broker.redeem.mockImplementationOnce(refusing({ errorCodes: [135010] }))
  await refusalOf(broker.issue())
  broker.redeem.mockImplementationOnce(refusing({ error: 'invalid_client', errorCodes: [7000222] }))
  await refusalOf(broker.issue())
  broker.redeem.mockImplementationOnce(refusing({ status: 503 }))
  await refusalOf(broker.issue())
  expect(broker.alarms()).toEqual(['alarm_unknown_entra_error', 'alarm_app_misconfigured'])
})

test('Entra’s Retry-After is kept short, and only where a retry helps', async () => {
  for (const [status, retryAfterSeconds, told] of [
    [429, 3600, 30],
    [503, 7, 7],
    [503, 0, 1],
    [429, undefined, 5],
    [400, 60, undefined],
  ] as const) {
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
    broker.redeem.mockImplementationOnce(refusing({ status, ...wait, errorCodes: [53003] }))
    const { detail } = await refusalOf(broker.issue())
    expect(detail.retryAfterSeconds).toBe(told)
  }
})

test('a claims challenge of Entra is handed on', async () => {
  const claims = '{"access_token":{"capolids":{"essential":true}}}'
  broker.redeem.mockImplementationOnce(refusing({ errorCodes: [53003], claims }))
  expect((await refusalOf(broker.issue())).detail.claims).toBe(claims)
})

test('neither refresh token nor sealed token is in any line or refusal', async () => {
  broker.redeem.mockImplementationOnce(refusing({ errorCodes: [135010] }))
  const refusal = await refusalOf(broker.issue(requestOf({})))
  await broker.issue()
  const said = JSON.stringify([broker.lines, refusal.message, refusal.detail])
  expect(said).not.toMatch(/rt of|rotated|eyJ/)
})
