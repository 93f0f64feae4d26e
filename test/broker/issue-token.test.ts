import { beforeEach, expect, test } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { sha256Hex } from '../../shared/broker/invitation.ts'
import {
  arm,
  customer,
  graph,
  openIssuing,
  otherPartner,
  partner,
  redeemedFor,
  refusalOf,
  shop,
  stranger,
  type Issuing,
} from './issuing-fixture.ts'

let broker: Issuing
beforeEach(async () => {
  broker = await openIssuing()
  await broker.consent()
})

test('a permitted caller gets a token for its one audience, and why', async () => {
  const token = await broker.issue()
  expect(token).toMatchObject({ permission: 'shop', purpose: 'billing', generation: 1 })
  expect(token.accessToken).toContain(`${partner} ${graph}/.default`)
})

test('a warm cache does not answer a caller whom no permission allows', async () => {
  await broker.issue()
  await broker.issue()
  expect(broker.redeem).toHaveBeenCalledOnce()
  const { code } = await refusalOf(broker.issue({ caller: stranger }))
  expect(code).toBe('not_permitted')
})

test('a warm cache does not answer once the permission is gone', async () => {
  await broker.issue()
  await broker.permissions.remove('shop')
  broker.clock.now += 10_000
  expect((await refusalOf(broker.issue())).code).toBe('not_permitted')
})

test('a refused caller causes no read of a grant, a secret or Entra', async () => {
  await refusalOf(broker.issue({ caller: stranger }))
  expect(broker.grants.read).not.toHaveBeenCalled()
  expect(broker.vault.sealedTokens.read).not.toHaveBeenCalled()
  expect(broker.redeem).not.toHaveBeenCalled()
})

const told = ({ code, message, detail }: BrokerError) => ({ code, message, detail })

test('an unknown partner and one that is not permitted are told apart by nothing', async () => {
  const unknown = await refusalOf(broker.issue({ partner: otherPartner, caller: stranger }))
  const known = await refusalOf(broker.issue({ caller: stranger }))
  expect(told(unknown)).toEqual(told(known))
})

test('a permitted partner that has not consented is consent_needed', async () => {
  const { code, detail } = await refusalOf(broker.issue({ partner: otherPartner }))
  expect([code, detail.reconsentPartner]).toEqual(['consent_needed', otherPartner])
})

test('many callers at once cost one redemption', async () => {
  const other = { ...shop, clientId: 'second' }
  const stored = await broker.permissions.read('shop')
  if (stored) await broker.permissions.add({ ...stored.value, name: 'second', caller: other })
  const asked = Array.from({ length: 40 }, (_, index) =>
    broker.issue({ caller: index % 2 === 0 ? shop : other }),
  )
  const tokens = new Set((await Promise.all(asked)).map(({ accessToken }) => accessToken))
  expect([tokens.size, broker.redeem.mock.calls.length]).toEqual([1, 1])
})

test('a failed redemption is shared by those who waited, and not kept', async () => {
  broker.redeem.mockResolvedValueOnce({ failure: { status: 503, error: 'x', errorCodes: [] } })
  const asked = await Promise.all(Array.from({ length: 5 }, () => refusalOf(broker.issue())))
  expect(new Set(asked.map(({ code }) => code))).toEqual(new Set(['upstream_unavailable']))
  expect(broker.redeem).toHaveBeenCalledOnce()
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
})

/** Entra's next answer waits until it is let go. */
const hangingRedemption = () => {
  const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  broker.redeem.mockImplementationOnce(async (request) => {
    asked.resolve()
    await gate.promise
    return { redeemed: redeemedFor(request, broker.clock.now) }
  })
  return { asked: asked.promise, letGo: gate.resolve }
}

test('a permission that goes during a mint stops its answer', async () => {
  const { asked, letGo } = hangingRedemption()
  const issued = broker.issue()
  await asked
  await broker.permissions.remove('shop')
  broker.clock.now += 10_000
  letGo()
  expect((await refusalOf(issued)).code).toBe('not_permitted')
})

test('a permission that ends during a mint stops its answer', async () => {
  const stored = await broker.permissions.read('shop')
  if (stored) {
    await broker.permissions.replace(
      { ...stored.value, notAfter: broker.clock.now + 5 },
      stored.etag,
    )
  }
  const { asked, letGo } = hangingRedemption()
  const issued = broker.issue()
  await asked
  broker.clock.now += 5
  letGo()
  expect((await refusalOf(issued)).detail.reason).toBe('expired')
})

test('one caller of a shared mint can be refused while the other is answered', async () => {
  const { asked, letGo } = hangingRedemption()
  const [good, bad] = [broker.issue(), broker.issue({ caller: stranger })]
  await asked
  letGo()
  expect((await refusalOf(bad)).code).toBe('not_permitted')
  await expect(good).resolves.toHaveProperty('accessToken')
})

test('a purpose that must be chosen is asked for by name', async () => {
  const stored = await broker.permissions.read('shop')
  if (stored) {
    const purposes = ['billing', 'support']
    await broker.permissions.replace({ ...stored.value, purposes }, stored.etag)
  }
  const { code, message } = await refusalOf(broker.issue())
  expect(code).toBe('request_malformed')
  expect(message).toContain('billing, support')
  expect(await broker.issue({ purpose: 'support' })).toMatchObject({ purpose: 'support' })
})

test('every issued token is on record by its hash, and never itself', async () => {
  const { accessToken } = await broker.issue({ correlationId: 'c-1', customer })
  expect(broker.lines).toMatchObject([
    {
      event: 'token_issued',
      callerId: 'shop',
      partner,
      customer,
      audience: graph,
      purpose: 'billing',
      permission: 'shop',
      correlationId: 'c-1',
      tokenHash: sha256Hex(accessToken),
    },
  ])
  expect(JSON.stringify(broker.lines)).not.toContain('at-')
})

test('every refusal of a proven caller is on record with its inner reason', async () => {
  await refusalOf(broker.issue({ caller: stranger }))
  await refusalOf(broker.issue({ partner: otherPartner, audience: arm }))
  expect(broker.lines).toMatchObject([
    { event: 'token_refused', code: 'not_permitted', reason: 'no_permission' },
    { event: 'token_refused', code: 'consent_needed', reason: 'no_grant', partner: otherPartner },
  ])
})

test('permissions that cannot be read let nobody in after 25 seconds, warm or not', async () => {
  await broker.issue()
  broker.readEpoch.mockRejectedValue(new BrokerError('upstream_unavailable', 'the tables are down'))
  broker.clock.now += 24_999
  await expect(broker.issue()).resolves.toHaveProperty('accessToken')
  broker.clock.now += 1
  expect((await refusalOf(broker.issue())).code).toBe('upstream_unavailable')
  expect(broker.redeem).toHaveBeenCalledOnce()
})

test('the broker’s own networks refuse whom a permission allows, with the answer of any refusal', async () => {
  broker = await openIssuing({}, ['203.0.113.0/24', '2001:db8::/48'])
  await broker.consent()
  for (const address of ['203.0.113.9', '2001:db8::9']) await broker.issue({ address })
  const unknown = await refusalOf(broker.issue({ address: '203.0.113.9', caller: stranger }))
  for (const elsewhere of [{ address: '198.51.100.1' }, { address: 'unknown' }, {}]) {
    const { code, message, detail } = await refusalOf(broker.issue(elsewhere))
    expect({ code, message }).toEqual({ code: 'not_permitted', message: unknown.message })
    expect(detail.reason).toBe('caller_network')
  }
})
