import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { secretCredential, type AppCredential } from '../../shared/azure/entra/app-credential.ts'
import { certificateCredential } from '../../shared/azure/entra/certificate-credential.ts'
import { redeemRefreshToken } from '../../shared/azure/entra/redeem-refresh-token.ts'
import { verifyIdToken } from '../../shared/azure/entra/id-token.ts'
import { finishSignIn } from '../../shared/azure/entra/sign-in.ts'
import { tenantKeys } from '../../shared/azure/entra/tenant-keys.ts'
import { openSecrets } from '../../shared/azure/vault/secrets.ts'
import { openSigning } from '../../shared/azure/vault/signing.ts'
import type { RedeemRefreshToken } from '../../shared/broker/redeem.ts'
import {
  appId,
  authorizeFields,
  callback,
  codeOf,
  contoso,
  customer,
  graph,
  partnerCenter,
  startTestEntra,
  tokensOf,
  verifier,
  type TestEntra,
} from '../local/entra-fixture.ts'
import { startBrokerVault } from './local-vault.ts'

let entra: TestEntra
let refreshToken: string
let store: Awaited<ReturnType<typeof startBrokerVault>>
beforeAll(async () => {
  entra = await startTestEntra()
  store = await startBrokerVault(
    'secrets/getSecret/action keys/read keys/sign/action',
    join(entra.folder, 'tls'),
  )
  refreshToken = (await tokensOf(entra, 'ada@contoso.example')).refresh_token
})
afterAll(async () => {
  await store.stop()
  await entra.stop()
})
afterEach(() => {
  entra.part.clearFaults()
  entra.partnerApp.secrets = ['app-secret']
})

const appWith = (credential: AppCredential) => ({
  authorityHost: entra.address,
  clientId: appId,
  credential,
})
const redeemingWith = (credential: AppCredential) =>
  redeemRefreshToken(appWith(credential), Date.now)
const at = (redeem: RedeemRefreshToken, tenant = contoso) =>
  redeem({
    refreshToken,
    partner: contoso,
    tenant,
    scopes: [`${graph}/.default`],
    correlationId: 'c',
  })

const signatures = () => store.part.requests().filter(({ path }) => path.endsWith('/sign')).length
const signaturesOf = async (run: () => Promise<unknown>): Promise<number> => {
  const before = signatures()
  await run()
  return signatures() - before
}

const tokenRequestsOf = async (run: () => Promise<unknown>): Promise<number> => {
  const before = entra.part.requests().length
  await run()
  return entra.part.requests().length - before
}

describe('a certificate whose key stays in the vault', () => {
  let certificates: string[]
  const clock = { aheadMs: 0 }
  const credential = () =>
    certificateCredential({
      clientId: appId,
      certificates,
      sign: openSigning({ ...store.vault, keyName: 'app' }),
      now: () => Date.now() + clock.aheadMs,
    })

  beforeAll(async () => {
    await store.part.ensureKey('app', ['sign', 'verify'], 2048)
    certificates = [await store.certify('app')]
    entra.partnerApp.certificates = [...certificates]
  })
  beforeEach(() => {
    clock.aheadMs = 0
  })

  test('proves the application, with no more rights than to read and use that key', async () => {
    expect(await at(redeemingWith(credential()))).toHaveProperty('redeemed')
  })

  test('signs an assertion of the kind that Entra documents', async () => {
    const proof = await credential().proof()
    if (!('clientAssertion' in proof) || typeof proof.clientAssertion !== 'function') {
      throw new Error('the proof is no assertion')
    }
    const tokenEndpoint = `${entra.address}/${contoso}/oauth2/v2.0/token`
    const assertion = await proof.clientAssertion({ clientId: appId, tokenEndpoint })
    const { exp = 0, nbf = 0, jti, ...claims } = decodeJwt(assertion)
    expect(decodeProtectedHeader(assertion)).toEqual({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    })
    expect(claims).toEqual({ aud: tokenEndpoint, iss: appId, sub: appId })
    expect(exp - nbf).toBeLessThanOrEqual(600)
    expect(jti).toBeTruthy()
  })

  test('signs once for each tenant, also when many ask at once, and again after minutes', async () => {
    const redeem = redeemingWith(credential())
    const many = () => Promise.all(Array.from({ length: 5 }, () => at(redeem)))
    expect(await signaturesOf(many)).toBe(1)
    expect(await signaturesOf(() => at(redeem, customer))).toBe(1)
    clock.aheadMs = 4 * 60_000
    expect(await signaturesOf(() => at(redeem))).toBe(0)
    clock.aheadMs = 6 * 60_000
    expect(await signaturesOf(() => at(redeem))).toBe(1)
  })

  test('is still used when the vault has a newer key, until Entra knows the newer certificate', async () => {
    await store.part.addKeyVersion('app')
    expect(await at(redeemingWith(credential()))).toHaveProperty('redeemed')
    const newer = await store.certify('app')
    certificates = [newer, ...certificates]
    const redeem = redeemingWith(credential())
    expect(await at(redeem)).toHaveProperty('redeemed')
    expect(await tokenRequestsOf(() => at(redeem))).toBe(1)
    entra.partnerApp.certificates = [newer]
    expect(await at(redeem)).toHaveProperty('redeemed')
  })

  test('that Entra does not know is our own misconfiguration', async () => {
    entra.partnerApp.certificates = []
    expect(await at(redeemingWith(credential()))).toMatchObject({
      failure: { error: 'invalid_client', errorCodes: [700027] },
    })
  })

  test('of another key than the vault holds is our own misconfiguration', async () => {
    certificates = [entra.application.cert]
    await expect(at(redeemingWith(credential()))).rejects.toMatchObject({
      code: 'app_misconfigured',
      detail: { reason: 'app_certificate_without_key' },
    })
  })

  test('that cannot be read is named by its setting', () => {
    certificates = ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']
    expect(credential).toThrow('APP_CERTIFICATE')
  })
})

const reading = (...names: string[]) => {
  const { readSecret } = openSecrets(store.vault)
  return secretCredential(names.map((name) => () => readSecret(name)))
}

describe('client secrets', () => {
  beforeAll(async () => {
    await store.part.putSecret('old', 'app-secret')
    await store.part.putSecret('new', 'app-secret-2')
  })

  test('are tried in order, and the one that works is kept', async () => {
    const redeem = redeemingWith(reading('new', 'old'))
    expect(await at(redeem)).toHaveProperty('redeemed')
    expect(await tokenRequestsOf(() => at(redeem))).toBe(1)
  })

  test('overlap while they are exchanged, without one refusal', async () => {
    const redeem = redeemingWith(reading('old', 'new'))
    expect(await at(redeem)).toHaveProperty('redeemed')
    entra.partnerApp.secrets = ['app-secret-2']
    const many = await Promise.all(Array.from({ length: 5 }, () => at(redeem)))
    for (const one of many) expect(one).toHaveProperty('redeemed')
    expect(await tokenRequestsOf(() => at(redeem))).toBe(1)
  })

  test('that are not in the vault are passed over', async () => {
    expect(await at(redeemingWith(reading('absent', 'old')))).toHaveProperty('redeemed')
    await expect(at(redeemingWith(reading('absent')))).rejects.toMatchObject({
      code: 'app_misconfigured',
      detail: { reason: 'app_secret_absent' },
    })
  })

  test.each([7000215, 7000222])('give way to the next one after AADSTS%i', async (code) => {
    const redeem = redeemingWith(reading('old', 'new'))
    entra.partnerApp.secrets = ['app-secret-2']
    entra.part.addFault({
      match: { client_secret: 'app-secret' },
      status: 401,
      body: { error: 'invalid_client', error_codes: [code] },
    })
    expect(await at(redeem)).toHaveProperty('redeemed')
  })

  test('are each tried once when Entra refuses them all, and read anew the next time', async () => {
    entra.partnerApp.secrets = ['app-secret-3']
    const redeem = redeemingWith(reading('old', 'new'))
    const asked = await tokenRequestsOf(async () =>
      expect(await at(redeem)).toMatchObject({ failure: { errorCodes: [7000215] } }),
    )
    expect(asked).toBe(2)
    await store.part.putSecret('new', 'app-secret-3')
    expect(await at(redeem)).toHaveProperty('redeemed')
  })

  test('are not exchanged for a refusal that is about something else', async () => {
    const redeem = redeemingWith(reading('old', 'new'))
    entra.part.addFault({
      match: {},
      status: 400,
      body: { error: 'invalid_grant', error_codes: [700082] },
    })
    expect(await tokenRequestsOf(() => at(redeem))).toBe(1)
  })

  test('also give way in a sign-in, whose code is not used up by that', async () => {
    entra.partnerApp.secrets = ['app-secret', 'app-secret-4']
    const app = { ...appWith(reading('new', 'old')), redirectUri: callback }
    const finish = finishSignIn(app, verifyIdToken(app, tenantKeys(entra.address)))
    const signedIn = await finish({
      tenant: contoso,
      code: await codeOf(entra, 'ada@contoso.example'),
      codeVerifier: verifier,
      nonce: authorizeFields.nonce,
      scopes: [`${partnerCenter}/.default`],
      correlationId: 'c',
    })
    expect(signedIn).toHaveProperty('signedIn')
  })
})
