import { withinBudget } from '../../shared/azure/time-budget.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { probePartnerCenter } from '../../shared/azure/partner-center.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { apisFixture } from '../local/apis-fixture.ts'

let fixture: Awaited<ReturnType<typeof apisFixture>>
beforeAll(async () => {
  fixture = await apisFixture()
})
afterEach(async () => {
  fixture.apis.partnerCenter.clearFaults()
  await mfaSwitch({})
})
afterAll(() => fixture.close())

const mfaSwitch = (state: object) =>
  fetch(`${fixture.apis.partnerCenter.address}/_local/mfa`, {
    method: 'POST',
    body: JSON.stringify(state),
  })
const fault = (given: object) => fixture.apis.partnerCenter.addFault({ match: {}, ...given })

const probe = async (oid: string, amr: string[] = ['pwd', 'mfa']) => {
  const aud = 'https://api.partnercenter.microsoft.com'
  const accessToken = await fixture.issue({ aud, oid, amr, scp: 'user_impersonation' })
  const ask = probePartnerCenter(fixture.apis.partnerCenter.address)
  return ask({ accessToken, correlationId: 'c-1' })
}
const refusalOf = async (call: Promise<unknown>): Promise<BrokerError> => {
  const thrown = await call.catch((error: unknown) => error)
  if (thrown instanceof BrokerError) return thrown
  throw new Error(`not refused: ${String(thrown)}`)
}

test('an agent with MFA is proven, by a call that needs an agent role', async () => {
  expect(await probe('agent-id')).toBe('proven')
  expect(fixture.apis.partnerCenter.requests().at(-1)).toMatchObject({
    path: '/v1/customers',
    query: { size: '1' },
  })
})

test('a person without agent role is none', async () => {
  expect(await probe('member-id')).toBe('not_an_agent')
  expect(await probe('nobody-id')).toBe('not_an_agent')
})

test('MFA that Microsoft did not see is missing, in the header as in the refusal 900421', async () => {
  expect(await probe('agent-id', ['pwd'])).toBe('mfa_missing')
  await mfaSwitch({ enforce: true })
  expect(await probe('agent-id', ['pwd'])).toBe('mfa_missing')
  expect(await probe('agent-id')).toBe('proven')
})

test('an answer that is silent about MFA proves nothing', async () => {
  await mfaSwitch({ silent: true })
  expect(await probe('agent-id')).toBe('mfa_unproven')
})

test.each([
  ['true', 'proven'],
  ['True', 'proven'],
  ['false', 'mfa_missing'],
  ['False', 'mfa_missing'],
  ['', 'mfa_missing'],
  ['yes', 'mfa_missing'],
])('isMfaCompliant: %j is %s', async (isMfaCompliant, answer) => {
  fault({ status: 200, headers: { isMfaCompliant }, body: { items: [] } })
  expect(await probe('agent-id')).toBe(answer)
})

test('isMfaCompliant may come in the body, as boolean or text', async () => {
  for (const [isMfaCompliant, answer] of [
    [true, 'proven'],
    ['true', 'proven'],
    [false, 'mfa_missing'],
  ] as const) {
    fixture.apis.partnerCenter.clearFaults()
    fault({ status: 200, body: { items: [], isMfaCompliant } })
    expect(await probe('agent-id')).toBe(answer)
  }
})

test('a refusal with another number is no missing MFA', async () => {
  fault({ status: 403, body: { code: '900308', description: 'x' } })
  expect(await probe('agent-id')).toBe('not_an_agent')
})

test.each([
  ['500', { status: 500, body: { code: 2000 } }],
  ['503 with HTML', { status: 503, body: '<html>canary</html>' }],
  ['200 with HTML', { status: 200, body: '<html>canary</html>' }],
  ['404', { status: 404, body: {} }],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
  ['a dropped connection', { drop: true }],
])('%s is no answer about the person', async (_, given) => {
  fault(given)
  const { code, message, detail } = await refusalOf(probe('agent-id'))
  expect(code).toBe('upstream_unavailable')
  expect(`${message} ${JSON.stringify(detail)}`).not.toMatch(/canary|https:/)
})

test('429 is throttled', async () => {
  fault({ status: 429, body: '' })
  expect((await refusalOf(probe('agent-id'))).code).toBe('throttled')
})

test('a Partner Center that hangs is given up when the time of the request is over', async () => {
  fault({ delayMs: 30_000 })
  const start = performance.now()
  const call = withinBudget(2_000, () => probe('agent-id'))
  expect((await refusalOf(call)).code).toBe('upstream_unavailable')
  expect(performance.now() - start).toBeLessThan(4_000)
})
