import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Fault } from '../../local/kit/faults.ts'
import { readAnswer } from '../../shared/azure/entra/token-answer.ts'
import { classifyEntraFailure } from '../../shared/broker/classify-entra-failure.ts'
import {
  contoso,
  control,
  fabrikam,
  startTestEntra,
  tokensOf,
  type TestEntra,
} from '../local/entra-fixture.ts'
import { ada, entraAppOf, failureOf, fay, redeemedOf, redeemer } from './entra-doors.ts'

let entra: TestEntra
let adas: string
let adasOther: string
let fays: string
let redeem: ReturnType<typeof redeemer>
beforeAll(async () => {
  entra = await startTestEntra()
  adas = (await tokensOf(entra, ada)).refresh_token
  adasOther = (await tokensOf(entra, ada)).refresh_token
  fays = (await tokensOf(entra, fay, fabrikam)).refresh_token
})
beforeEach(() => {
  redeem = redeemer(entraAppOf(entra))
})
afterEach(() => entra.part.clearFaults())
afterAll(() => entra.stop())

const fault = (given: Partial<Fault>) =>
  entra.part.addFault({ match: { grant_type: 'refresh_token' }, ...given })

const json = { error: 'temporarily_unavailable', error_codes: [90033] }
// Retried here when Entra does not say how long to wait: then two such answers.
const busy: [string, Partial<Fault>][] = [
  ['429 as JSON', { status: 429, body: json, headers: { 'retry-after': '3600' } }],
  ['429 as text', { status: 429, body: 'Too Many Requests', headers: { 'retry-after': '60' } }],
  ['503', { status: 503, body: json, headers: { 'retry-after': '60' } }],
  ['500 without Retry-After', { status: 500, body: json, times: 2 }],
  ['400 with a Retry-After', { status: 400, body: json, headers: { 'retry-after': '60' } }],
]

test.each(busy)(
  '%s for one partner refuses neither another partner nor the next call',
  async (...row) => {
    fault({ times: 1, ...row[1], match: { tenant: contoso, grant_type: 'refresh_token' } })
    expect(failureOf(await redeem(contoso, adas)).status).toBe(row[1].status)
    expect(redeemedOf(await redeem(fabrikam, fays)).account?.tenant).toBe(fabrikam)
    expect(redeemedOf(await redeem(contoso, adasOther)).account?.tenant).toBe(contoso)
    expect(redeemedOf(await redeem(contoso, adas)).account?.tenant).toBe(contoso)
  },
)

test('status, error, suberror, numbers, claims and Retry-After arrive as values', async () => {
  const claims = '{"access_token":{"capolids":{"essential":true,"values":["x"]}}}'
  fault({
    status: 400,
    headers: { 'retry-after': '7' },
    body: {
      error: 'interaction_required',
      suberror: 'basic_action',
      error_codes: [50076],
      claims,
      error_description: 'AADSTS50076: canary',
    },
  })
  expect(failureOf(await redeem(contoso, adas))).toEqual({
    status: 400,
    error: 'interaction_required',
    suberror: 'basic_action',
    errorCodes: [50076],
    claims,
    retryAfterSeconds: 7,
  })
})

test('a Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 20_000).toUTCString()
  fault({ status: 503, body: json, headers: { 'retry-after': date } })
  const { retryAfterSeconds } = failureOf(await redeem(contoso, adas))
  expect(retryAfterSeconds).toBeGreaterThan(15)
  expect(retryAfterSeconds).toBeLessThanOrEqual(20)
  entra.part.clearFaults()
  fault({ status: 503, body: json, headers: { 'retry-after': 'soon' } })
  expect(failureOf(await redeem(contoso, adas))).not.toHaveProperty('retryAfterSeconds')
})

const none: [string, Partial<Fault>, number, string][] = [
  ['HTML with 502', { status: 502, body: '<html>canary</html>' }, 502, 'unreadable'],
  ['HTML with 400', { status: 400, body: '<html>canary</html>' }, 400, 'unreadable'],
  ['HTML with 200', { status: 200, body: '<html>canary</html>' }, 502, 'unreadable'],
  ['nothing with 200', { status: 200, body: '' }, 502, 'unreadable'],
  ['a list with 400', { status: 400, body: '[1]' }, 400, 'unreadable'],
  ['JSON without error', { status: 401, body: { message: 'canary' } }, 401, 'unreadable'],
  ['a huge body', { status: 400, body: 'x'.repeat(1_100_000) }, 0, 'no_answer'],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }, 0, 'no_answer'],
  ['a dropped connection', { drop: true }, 0, 'no_answer'],
]

test.each(none)('%s is no answer of Entra: transient, and never marks', async (...row) => {
  const [, given, status, error] = row
  fault(given)
  const failure = failureOf(await redeem(contoso, adas))
  expect(failure).toEqual({ status, error, errorCodes: [] })
  expect(classifyEntraFailure(failure, 'home')).toMatchObject({
    scope: 'transient',
    marksGrant: false,
  })
})

test('a 200 without an access token is no redemption', async () => {
  for (const body of [{}, { access_token: '' }, { token_type: 'Bearer', expires_in: 3600 }]) {
    fault({ status: 200, body, times: 1 })
    const outcome = await redeem(contoso, adas).catch((error: unknown) => error)
    expect(outcome).not.toHaveProperty('redeemed')
  }
})

test('an Entra that hangs is given up after 10 seconds, as no answer', async () => {
  fault({ delayMs: 30_000 })
  const start = performance.now()
  const failures = [redeem(contoso, adas), redeem(fabrikam, fays)].map(async (one) =>
    failureOf(await one),
  )
  expect(await Promise.all(failures)).toEqual(
    failures.map(() => ({ status: 0, error: 'no_answer', errorCodes: [] })),
  )
  expect(performance.now() - start).toBeLessThan(15_000)
})

test('an answer whose body never ends is given up too', async () => {
  entra.part.addFault({ match: { path: '/slow' }, delayMs: 30_000 })
  const answer = await readAnswer(`${entra.address}/slow`, { method: 'POST' }, 50)
  expect(answer).toEqual({ failure: { status: 0, error: 'no_answer', errorCodes: [] } })
})

test('a revoked refresh token is told with Entra’s number and suberror', async () => {
  const bens = (await tokensOf(entra, 'ben@contoso.example')).refresh_token
  await control(entra, 'revoke', { username: 'ben@contoso.example' })
  expect(failureOf(await redeem(contoso, bens))).toMatchObject({
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorCodes: [50173],
  })
})
