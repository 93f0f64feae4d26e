import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { federatedCredential, secretCredential } from '../../shared/azure/entra/app-credential.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import {
  contoso,
  control,
  customer,
  fabrikam,
  graph,
  identity,
  operator,
  partnerCenter,
  startTestEntra,
  tokensOf,
  type TestEntra,
} from '../local/entra-fixture.ts'
import { ada, adaId, entraAppOf, failureOf, fay, redeemedOf, redeemer } from './entra-doors.ts'

let entra: TestEntra
let adas: string
let fays: string
beforeAll(async () => {
  entra = await startTestEntra()
  adas = (await tokensOf(entra, ada)).refresh_token
  fays = (await tokensOf(entra, fay, fabrikam)).refresh_token
})
afterEach(async () => {
  entra.part.clearFaults()
  await fetch(`${entra.address}/_local/next`, { method: 'DELETE' })
})
afterAll(() => entra.stop())

test('a redemption gives a token of one audience, its life, its owner and the next refresh token', async () => {
  const before = Date.now()
  const found = redeemedOf(await redeemer(entraAppOf(entra))(contoso, adas))
  expect(decodeJwt(found.accessToken)).toMatchObject({ tid: contoso, oid: adaId })
  expect(found.account).toEqual({ tenant: contoso, objectId: adaId })
  expect(found.scope).toContain(`${graph}/`)
  expect(found.refreshToken).toBeTruthy()
  expect(found.refreshToken).not.toBe(adas)
  expect(found.at).toBeGreaterThanOrEqual(before)
  const expires = (decodeJwt(found.accessToken).exp ?? 0) * 1000
  expect(Math.abs(found.at + found.expiresInSeconds * 1000 - expires)).toBeLessThan(3000)
  const next = await redeemer(entraAppOf(entra))(contoso, found.refreshToken ?? '', partnerCenter)
  expect(redeemedOf(next).account).toEqual({ tenant: contoso, objectId: adaId })
})

test('at a customer the token is the customer’s and the owner is at home', async () => {
  await control(entra, 'consent', { tenant: customer, resource: graph, granted: true })
  const found = redeemedOf(await redeemer(entraAppOf(entra))(customer, adas))
  expect(decodeJwt(found.accessToken)['tid']).toBe(customer)
  expect(found.account).toEqual({ tenant: contoso, objectId: adaId })
})

test('what Entra leaves out is absent: refresh token, owner', async () => {
  const redeem = redeemer(entraAppOf(entra))
  await control(entra, 'next', { omitRefreshToken: true })
  expect(redeemedOf(await redeem(contoso, adas))).not.toHaveProperty('refreshToken')
  await control(entra, 'next', { clientInfo: null })
  expect(redeemedOf(await redeem(contoso, adas))).not.toHaveProperty('account')
  await control(entra, 'next', { clientInfo: { uid: 'no guid', utid: contoso } })
  expect(redeemedOf(await redeem(contoso, adas))).not.toHaveProperty('account')
})

test('the life that Entra gave is told, be it short', async () => {
  await control(entra, 'next', { expiresIn: 42 })
  const { expiresInSeconds } = redeemedOf(await redeemer(entraAppOf(entra))(contoso, adas))
  expect(expiresInSeconds).toBeGreaterThan(38)
  expect(expiresInSeconds).toBeLessThanOrEqual(43)
})

test('no token is kept: every redemption asks Entra, and asks nothing else', async () => {
  const redeem = redeemer(entraAppOf(entra))
  await redeem(contoso, adas)
  const from = entra.part.requests().length
  for (let times = 0; times < 3; times++) await redeem(contoso, adas)
  const paths = entra.part
    .requests()
    .slice(from)
    .map(({ path }) => path)
  expect(paths).toEqual(Array(3).fill(`/${contoso}/oauth2/v2.0/token`))
})

/** The managed identity's own token, as its endpoint would give it. */
const identityToken = async (claims: object = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  const { body } = await control(entra, 'mint', {
    claims: {
      iss: `${entra.address}/${operator}/v2.0`,
      sub: identity.principalId,
      aud: 'api://AzureADTokenExchange',
      exp: now + 3600,
      ...claims,
    },
  })
  return String(body['token'])
}

test('the federated credential is the managed identity’s token for the exchange', async () => {
  const askIdentity = vi.fn(async (_scope: string) => identityToken())
  const credential = federatedCredential(askIdentity, 'api://AzureADTokenExchange')
  const redeem = redeemer({ ...entraAppOf(entra), credential })
  expect(redeemedOf(await redeem(contoso, adas)).account?.objectId).toBe(adaId)
  expect(redeemedOf(await redeem(fabrikam, fays)).account?.tenant).toBe(fabrikam)
  expect(askIdentity).toHaveBeenCalledWith('api://AzureADTokenExchange/.default')
  expect(entra.part.requests().at(-1)?.form).not.toHaveProperty('client_secret')
})

test('an identity that our application does not trust is a failure as a value', async () => {
  const credential = federatedCredential(() => identityToken({ sub: 'someone' }), 'x')
  const failure = failureOf(await redeemer({ ...entraAppOf(entra), credential })(contoso, adas))
  expect(failure).toMatchObject({ status: 401, error: 'invalid_client', errorCodes: [700213] })
})

test('an identity endpoint that fails is a fault, and is asked again', async () => {
  const down = new BrokerError('upstream_unavailable', 'down')
  const askIdentity = vi.fn(() => identityToken()).mockRejectedValueOnce(down)
  const credential = federatedCredential(askIdentity, 'x')
  const redeem = redeemer({ ...entraAppOf(entra), credential })
  await expect(redeem(contoso, adas)).rejects.toMatchObject({ code: 'upstream_unavailable' })
  expect(redeemedOf(await redeem(contoso, adas)).account?.objectId).toBe(adaId)
})

test('a refused client secret is read again from where it is kept', async () => {
  const read = vi.fn(async () => 'app-secret').mockResolvedValueOnce('rotated away')
  const redeem = redeemer({ ...entraAppOf(entra), credential: secretCredential([read]) })
  expect(failureOf(await redeem(contoso, adas))).toMatchObject({ errorCodes: [7000215] })
  redeemedOf(await redeem(contoso, adas))
  redeemedOf(await redeem(contoso, adas))
  expect(read).toHaveBeenCalledTimes(2)
})

test('a secret that cannot be read is a fault, and is read again', async () => {
  const read = vi.fn(async () => 'app-secret').mockRejectedValueOnce(new Error('canary'))
  const redeem = redeemer({ ...entraAppOf(entra), credential: secretCredential([read]) })
  const thrown = await redeem(contoso, adas).catch((error: unknown) => error)
  expect(thrown).toMatchObject({ code: 'upstream_unavailable' })
  expect(String(thrown)).not.toContain('canary')
  expect(redeemedOf(await redeem(contoso, adas)).account?.objectId).toBe(adaId)
})
