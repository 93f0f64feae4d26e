import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { redeemRefreshToken } from '../../shared/azure/entra/redeem-refresh-token.ts'
import { secretCredential } from '../../shared/azure/entra/app-credential.ts'
import { openTokenEndpoint } from '../../shared/azure/entra/token-endpoint.ts'
import type { RedeemRefreshToken } from '../../shared/broker/redeem.ts'
import { finishSignIn } from '../../shared/azure/entra/sign-in.ts'
import { verifyIdToken } from '../../shared/azure/entra/id-token.ts'
import { tenantKeys } from '../../shared/azure/entra/tenant-keys.ts'
import { withinBudget } from '../../shared/azure/time-budget.ts'
import {
  appId,
  authorizeFields,
  callback,
  codeOf,
  contoso,
  fabrikam,
  graph,
  partnerCenter,
  startTestEntra,
  tokensOf,
  verifier,
  type TestEntra,
} from '../local/entra-fixture.ts'

let entra: TestEntra
let ada: string
let fay: string
beforeAll(async () => {
  entra = await startTestEntra()
  ada = (await tokensOf(entra, 'ada@contoso.example')).refresh_token
  fay = (await tokensOf(entra, 'fay@fabrikam.example', fabrikam)).refresh_token
})
afterAll(() => entra.stop())

let redeem: RedeemRefreshToken
const changes: string[] = []
const appOf = () => ({
  authorityHost: entra.address,
  clientId: appId,
  credential: secretCredential([async () => 'app-secret']),
  ask: openTokenEndpoint({ onChange: (state) => changes.push(state) }),
})
beforeEach(() => {
  redeem = redeemRefreshToken(appOf(), Date.now)
  changes.splice(0)
})
afterEach(() => entra.part.clearFaults())

const scopes = [`${graph}/.default`]
const request = (tenant: string, refreshToken = ada, partner = contoso) =>
  redeem({ refreshToken, partner, tenant, scopes, correlationId: 'c' })
const atHome = () => request(contoso)
const atFabrikam = () => request(fabrikam, fay, fabrikam)

const askedOf = async (run: () => Promise<unknown>): Promise<number> => {
  const before = entra.part.requests().length
  await run()
  return entra.part.requests().length - before
}

const fault = (status: number, more: object = {}) =>
  entra.part.addFault({ match: { path: '/oauth2/v2.0/token' }, status, ...more })

const throttle = () =>
  fault(429, { match: { tenant: contoso }, times: 1, headers: { 'retry-after': '7' } })

// Retry-After keeps each call to one try.
const outage = (match: Record<string, string> = {}) =>
  entra.part.addFault({ match, status: 503, headers: { 'retry-after': '60' } })

describe('a refresh token', () => {
  test.each([500, 503])('is redeemed again after %i, and the answer counts', async (status) => {
    fault(status, { times: 1, body: { error: 'server_error' } })
    expect(await atHome()).toHaveProperty('redeemed')
  })

  test('is redeemed again after a connection that broke', async () => {
    entra.part.addFault({ match: { path: '/token' }, drop: true, times: 1 })
    expect(await atHome()).toHaveProperty('redeemed')
  })

  test('is redeemed twice at most', async () => {
    fault(503)
    expect(await askedOf(atHome)).toBe(2)
  })

  test('is not redeemed again after an answer that means something', async () => {
    fault(400, { body: { error: 'invalid_grant', error_codes: [700082] } })
    expect(await askedOf(atHome)).toBe(1)
  })

  test('is not redeemed again when the time of the request is over', async () => {
    entra.part.addFault({ match: { path: '/token' }, delayMs: 2_000 })
    const startedAt = performance.now()
    const asked = await askedOf(() => withinBudget(600, atHome).catch(() => 'no answer in time'))
    expect(performance.now() - startedAt).toBeLessThan(1_900)
    expect(asked).toBe(1)
  })
})

test('a code is redeemed once, whatever comes back', async () => {
  const app = { ...appOf(), redirectUri: callback }
  const finish = finishSignIn(app, verifyIdToken(app, tenantKeys(entra.address)))
  const code = await codeOf(entra, 'ada@contoso.example')
  fault(503, { times: 1 })
  const asked = await askedOf(async () =>
    expect(
      await finish({
        tenant: contoso,
        code,
        codeVerifier: verifier,
        nonce: authorizeFields.nonce,
        scopes: [`${partnerCenter}/.default`],
        correlationId: 'c',
      }),
    ).toMatchObject({ failure: { status: 503 } }),
  )
  expect(asked).toBe(1)
})

describe('throttling', () => {
  test('is told as Entra told it, and the next call asks again', async () => {
    throttle()
    expect(await atHome()).toMatchObject({ failure: { status: 429, retryAfterSeconds: 7 } })
    expect(await atHome()).toHaveProperty('redeemed')
  })

  test('fifty times in a row leaves that partner alone for a while, and no other', async () => {
    for (let time = 0; time < 50; time++) throttle()
    for (let time = 0; time < 50; time++) await atHome()
    const asked = await askedOf(async () =>
      expect(await atHome()).toMatchObject({ failure: { error: 'breaker_open' } }),
    )
    expect(asked).toBe(0)
    expect(await atFabrikam()).toHaveProperty('redeemed')
  })

  test('never opens the breaker of all, however many partners it hits', async () => {
    fault(429, { headers: { 'retry-after': '60' } })
    for (let one = 0; one < 20; one++) await request(contoso, ada, `partner-${one}`)
    expect(changes).toEqual([])
    entra.part.clearFaults()
    expect(await atHome()).toHaveProperty('redeemed')
  })

  test('for a second or two is waited for', async () => {
    fault(429, { times: 1, headers: { 'retry-after': '1' } })
    expect(await atHome()).toHaveProperty('redeemed')
  })
})

describe('the breaker', () => {
  test('opens for one partner whose tenant alone fails, and for no other', async () => {
    outage({ tenant: contoso })
    for (let time = 0; time < 50; time++) await atHome()
    const asked = await askedOf(async () =>
      expect(await atHome()).toMatchObject({ failure: { status: 0, error: 'breaker_open' } }),
    )
    expect(asked).toBe(0)
    expect(await atFabrikam()).toHaveProperty('redeemed')
    expect(changes).toEqual([])
  })

  test('opens for all when several partners fail in a row', async () => {
    outage()
    for (let time = 0; time < 19; time++) await request(contoso, ada, `partner-${time % 3}`)
    expect(changes).toEqual([])
    await request(contoso, ada, 'partner-0')
    expect(changes).toEqual(['open'])
    const asked = await askedOf(async () =>
      expect(await atFabrikam()).toMatchObject({
        failure: { error: 'breaker_open', retryAfterSeconds: 2 },
      }),
    )
    expect(asked).toBe(0)
  })

  test('stays closed for answers that mean something, of however many partners', async () => {
    fault(400, { body: { error: 'invalid_grant', error_codes: [50173] } })
    for (let one = 0; one < 20; one++) await request(contoso, ada, `partner-${one}`)
    for (let time = 0; time < 20; time++) await atHome()
    entra.part.clearFaults()
    expect(changes).toEqual([])
    expect(await atHome()).toHaveProperty('redeemed')
  })
})

describe('the published keys', () => {
  test('are asked for again after a failure', async () => {
    entra.part.addFault({ match: { path: '/keys' }, status: 503, times: 1 })
    const token = (await tokensOf(entra, 'ada@contoso.example')).id_token
    const verify = verifyIdToken(
      { authorityHost: entra.address, clientId: appId },
      tenantKeys(entra.address),
    )
    expect(await verify(token, { tenant: contoso, nonce: authorizeFields.nonce })).toMatchObject({
      person: { tenant: contoso },
    })
  })
})
