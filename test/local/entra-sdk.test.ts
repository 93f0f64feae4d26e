import { X509Certificate } from 'node:crypto'
import { ClientAssertionCredential, ClientSecretCredential } from '@azure/identity'
import { ConfidentialClientApplication, ServerError, type Configuration } from '@azure/msal-node'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  appId,
  authorizeFields,
  brokerAudience,
  brokerId,
  callback,
  callerId,
  contoso,
  customer,
  graph,
  identity,
  operator,
  partnerCenter,
  postedFields,
  startTestEntra,
  verifier,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
beforeAll(async () => {
  entra = await startTestEntra()
})
afterAll(() => entra.stop())

const application = (auth: Partial<Configuration['auth']> = { clientSecret: 'app-secret' }) =>
  new ConfidentialClientApplication({
    auth: {
      clientId: appId,
      authority: `${entra.address}/${contoso}`,
      knownAuthorities: [new URL(entra.address).host],
      ...auth,
    },
  })

const assertion = async () =>
  (await entra.part.issueIdentityToken(identity, 'api://AzureADTokenExchange')).accessToken

const signInThrough = async (msal: ConfidentialClientApplication, username: string) => {
  const url = await msal.getAuthCodeUrl({
    redirectUri: callback,
    scopes: [`${partnerCenter}/user_impersonation`],
    responseMode: 'form_post',
    nonce: 'n',
    codeChallenge: authorizeFields.code_challenge,
    codeChallengeMethod: 'S256',
  })
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ username }) })
  return String((await postedFields(answer)).code)
}

test('msal-node signs a person in and redeems her refresh token at a customer', async () => {
  const msal = application()
  const result = await msal.acquireTokenByCode({
    code: await signInThrough(msal, 'ada@contoso.example'),
    scopes: [`${partnerCenter}/.default`],
    redirectUri: callback,
    codeVerifier: verifier,
    nonce: 'n',
  })
  expect(result.account).toMatchObject({
    homeAccountId: `0f000000-0000-4000-8000-000000000101.${contoso}`,
    tenantId: contoso,
    username: 'ada@contoso.example',
  })
  const cached: unknown = JSON.parse(msal.getTokenCache().serialize())
  const refreshToken = /"secret":"(1\.[^"]+)"/.exec(JSON.stringify(cached))?.[1] ?? ''
  const atCustomer = await msal.acquireTokenByRefreshToken({
    refreshToken,
    scopes: [`${graph}/.default`],
    authority: `${entra.address}/${customer}`,
  })
  expect(decodeJwt(atCustomer?.accessToken ?? '')).toMatchObject({ tid: customer, aud: graph })
})

test('msal-node proves itself by certificate and by a federated assertion', async () => {
  const { cert, private: privateKey } = entra.application
  const thumbprintSha256 = new X509Certificate(cert).fingerprint256.replaceAll(':', '')
  for (const auth of [
    { clientCertificate: { thumbprintSha256, privateKey } },
    { clientAssertion: assertion },
  ]) {
    const result = await application(auth).acquireTokenByClientCredential({
      scopes: [`${graph}/.default`],
    })
    expect(decodeJwt(result?.accessToken ?? '')).toMatchObject({ azp: appId, azpacr: '2' })
  }
})

test('msal-node sees the AADSTS number of a refusal', async () => {
  const request = application().acquireTokenByRefreshToken({
    refreshToken: 'x',
    scopes: [`${graph}/.default`],
  })
  const refusal: unknown = await request.catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(ServerError)
  expect(String(refusal)).toContain('AADSTS9002313')
})

test('msal-node works with metadata of its own instead of discovery', async () => {
  const discovery = await fetch(
    `${entra.address}/organizations/v2.0/.well-known/openid-configuration`,
  )
  const authorityMetadata = (await discovery.text()).replaceAll('organizations', '{tenantid}')
  const result = await application({
    clientSecret: 'app-secret',
    authorityMetadata,
  }).acquireTokenByClientCredential({ scopes: [`${graph}/.default`] })
  expect(decodeJwt(result?.accessToken ?? '').tid).toBe(contoso)
})

const options = () => ({ authorityHost: entra.address, disableInstanceDiscovery: true })

test('ClientSecretCredential gets a caller its token, verifiable by the published keys', async () => {
  const credential = new ClientSecretCredential(operator, callerId, 'caller secret +/=', options())
  const { token, expiresOnTimestamp } = await credential.getToken(`${brokerAudience}/.default`)
  const keys = createRemoteJWKSet(new URL(`${entra.address}/${operator}/discovery/v2.0/keys`))
  const { payload } = await jwtVerify(token, keys, {
    issuer: `${entra.address}/${operator}/v2.0`,
    audience: brokerId,
    algorithms: ['RS256'],
  })
  expect(payload.roles).toEqual(['Token.Issue'])
  const minutes = (expiresOnTimestamp - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(58)
  expect(minutes).toBeLessThan(91)
})

test('ClientSecretCredential tells a wrong secret', async () => {
  const credential = new ClientSecretCredential(operator, callerId, 'wrong', options())
  await expect(credential.getToken(`${brokerAudience}/.default`)).rejects.toThrow('AADSTS7000215')
})

test('ClientAssertionCredential exchanges a managed identity for the application', async () => {
  const credential = new ClientAssertionCredential(contoso, appId, assertion, options())
  const { token } = await credential.getToken(`${graph}/.default`)
  expect(decodeJwt(token)).toMatchObject({ tid: contoso, azp: appId, idtyp: 'app' })
})
