import { base64url, decodeJwt, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { verifyIdToken, type VerifyIdToken } from '../../shared/azure/entra/id-token.ts'
import { finishSignIn, signInAddress } from '../../shared/azure/entra/sign-in.ts'
import { tenantKeys } from '../../shared/azure/entra/tenant-keys.ts'
import {
  appId,
  callback,
  codeOf,
  contoso,
  control,
  fabrikam,
  graph,
  startTestEntra,
  verifier,
  type TestEntra,
} from '../local/entra-fixture.ts'
import { ada, adaId, entraAppOf } from './entra-doors.ts'

let entra: TestEntra
let verify: VerifyIdToken
beforeAll(async () => {
  entra = await startTestEntra()
  verify = verifyIdToken(entraAppOf(entra), tenantKeys(entra.address))
})
afterEach(async () => {
  entra.part.clearFaults()
  await fetch(`${entra.address}/_local/next`, { method: 'DELETE' })
})
afterAll(() => entra.stop())

const finish = async (changes: object = {}) => {
  const code = await codeOf(entra, ada)
  const app = { ...entraAppOf(entra), redirectUri: callback }
  const request = { tenant: contoso, code, codeVerifier: verifier, nonce: 'the-nonce' }
  const scopes = [`${graph}/.default`]
  return finishSignIn(app, verify)({ ...request, scopes, correlationId: 'c-1', ...changes })
}

test('a code gives the person, her home account and the refresh token', async () => {
  expect(await finish()).toEqual({
    signedIn: {
      person: {
        tenant: contoso,
        objectId: adaId,
        name: 'Ada',
        roles: ['62e90394-69f5-4237-9190-012177145e10'],
      },
      refreshToken: expect.any(String),
      account: { tenant: contoso, objectId: adaId },
    },
  })
})

test('the sign-in asks for a code with PKCE S256, state, nonce, form_post and a fresh login', async () => {
  const app = { ...entraAppOf(entra), redirectUri: callback }
  const address = new URL(
    await signInAddress(app)({
      tenant: contoso,
      scopes: [`${graph}/User.Read.All`],
      state: 'the-state',
      nonce: 'the-nonce',
      codeVerifier: verifier,
    }),
  )
  expect(address.origin + address.pathname).toBe(
    `${entra.address}/${contoso}/oauth2/v2.0/authorize`,
  )
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    client_id: appId,
    response_type: 'code',
    response_mode: 'form_post',
    redirect_uri: callback,
    code_challenge_method: 'S256',
    state: 'the-state',
    nonce: 'the-nonce',
    prompt: 'login',
  })
  expect(address.searchParams.get('scope')?.split(' ').toSorted()).toEqual(
    ['offline_access', 'openid', 'profile', `${graph}/User.Read.All`].toSorted(),
  )
  expect(address.href).not.toContain(verifier)
})

test('a sign-in without scopes asks who it is and for no lasting access, at the address and at the token endpoint', async () => {
  const app = { ...entraAppOf(entra), redirectUri: callback }
  const asked = { tenant: contoso, scopes: [], state: 's', nonce: 'the-nonce' }
  const address = await signInAddress(app)({ ...asked, codeVerifier: verifier })
  expect(address).toContain('scope=openid%20profile&')
  expect(new URL(address).searchParams.get('prompt')).toBe('select_account')
  expect(address).not.toContain('offline_access')
  const outcome = await finish({ scopes: [] })
  expect(outcome).toMatchObject({
    signedIn: { person: { objectId: adaId }, account: { objectId: adaId } },
  })
  expect(outcome).not.toHaveProperty('signedIn.refreshToken')
})

test('a wrong verifier or another tenant’s code is a failure as a value', async () => {
  expect(await finish({ codeVerifier: 'x'.repeat(43) })).toMatchObject({
    failure: { errorCodes: [501481] },
  })
  expect(await finish({ tenant: fabrikam })).toMatchObject({ failure: { errorCodes: [700005] } })
})

test('a code is redeemed once', async () => {
  const code = await codeOf(entra, ada)
  expect(await finish({ code })).toHaveProperty('signedIn')
  expect(await finish({ code })).toMatchObject({ failure: { errorCodes: [54005] } })
})

test.each([
  ['nonce', { nonce: 'other' }],
  ['nonce', { nonce: null }],
  ['iss', { iss: 'https://evil.example/v2.0' }],
  ['aud', { aud: '0f000000-0000-4000-8000-0000000000f2' }],
  ['exp', { exp: Math.floor(Date.now() / 1000) - 120 }],
  ['tid', { tid: '0f000000-0000-4000-8000-0000000000a2' }],
  ['oid', { oid: null }],
])('an ID token with a wrong %s (%j) is refused by that name', async (check, idTokenClaims) => {
  await control(entra, 'next', { grant_type: 'authorization_code', idTokenClaims })
  expect(await finish()).toEqual({ idToken: check })
})

const claims = () => ({
  iss: `${entra.address}/${contoso}/v2.0`,
  aud: appId,
  tid: contoso,
  oid: adaId,
  nonce: 'the-nonce',
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 600,
})
const minted = async (order: object = {}) =>
  String((await control(entra, 'mint', { claims: claims(), ...order })).body['token'])
const expected = { tenant: contoso, nonce: 'the-nonce' }

test('an ID token of another key or algorithm is refused for its signature', async () => {
  expect(await verify(await minted(), expected)).toHaveProperty('person')
  const jwk = entra.part.jwks().keys[0]
  const kid = jwk?.kid ?? ''
  const byPublicKey = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid })
  for (const token of [
    await minted({ key: 'foreign' }),
    await minted({ key: 'foreign', header: { kid } }),
    await minted({ key: 'foreign', header: { kid, jwk } }),
    await minted({ key: 'none' }),
    await minted({ key: 'none', header: { kid } }),
    await minted({ header: { alg: 'PS256' } }),
    await byPublicKey.sign(base64url.decode(String(jwk?.n))),
    await byPublicKey.sign(Buffer.from(JSON.stringify(jwk))),
    '',
    'a.b.c',
  ]) {
    expect(await verify(token, expected)).toEqual({ idToken: 'signature' })
  }
})

test('a forged ID token in an otherwise good answer is refused, and its tokens go nowhere', async () => {
  const info = { uid: adaId, utid: contoso }
  const body = {
    token_type: 'Bearer',
    scope: `${graph}/.default`,
    expires_in: 3600,
    access_token: 'at',
    refresh_token: 'rt',
    client_info: base64url.encode(JSON.stringify(info)),
  }
  const match = { grant_type: 'authorization_code' }
  for (const id_token of [await minted({ key: 'foreign' }), await minted({ key: 'none' }), '']) {
    entra.part.addFault({ match, status: 200, body: { ...body, id_token }, times: 1 })
    expect(await finish()).toEqual({ idToken: 'signature' })
  }
})

test('an answer without any ID token is none of Entra’s', async () => {
  const match = { grant_type: 'authorization_code' }
  const body = { token_type: 'Bearer', expires_in: 3600, access_token: 'at', refresh_token: 'rt' }
  entra.part.addFault({ match, status: 200, body, times: 1 })
  await expect(finish()).rejects.toMatchObject({ code: 'upstream_unavailable' })
})

test('a guest is told by her home account', async () => {
  const code = await codeOf(entra, 'gus@guest.example')
  const outcome = await finish({ code })
  expect(outcome).toMatchObject({
    signedIn: { person: { tenant: contoso }, account: { tenant: fabrikam } },
  })
})

test('keys that cannot be had are a fault, not a bad ID token', async () => {
  const app = { ...entraAppOf(entra), redirectUri: callback }
  const cold = verifyIdToken(app, tenantKeys(entra.address))
  entra.part.addFault({ match: { path: '/discovery/' }, status: 503 })
  const code = await codeOf(entra, ada)
  const request = { tenant: contoso, code, codeVerifier: verifier, nonce: 'the-nonce' }
  const finished = finishSignIn(app, cold)({ ...request, scopes: [], correlationId: 'c-1' })
  await expect(finished).rejects.toMatchObject({ code: 'upstream_unavailable' })
})

test('neither a token nor a code is in what a refusal says', async () => {
  await control(entra, 'next', { idTokenClaims: { nonce: 'canary' } })
  const outcome = JSON.stringify(await finish())
  expect(outcome).not.toMatch(/canary|eyJ/)
  expect(decodeJwt(await minted()).aud).toBe(appId)
})
