import { randomUUID } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { earlierConsent, type EarlierConsent } from './support/earlier-consent.ts'
import { expectConsented, expectNothingStored, expectRefusal } from './support/consent-checks.ts'
import { consent, signIn, startSignIn } from './support/consent-flow.ts'
import { mint, orderNext, type NextAnswer } from './support/entra-controls.ts'
import { addFault } from './support/faults.ts'
import { invite } from './support/management.ts'
import { changeDirectory, ownPartner } from './support/own-partner.ts'
import { textOf } from './support/read-page.ts'

const stack = inject('stack')
const clientId = 'a9900000-0000-4000-8000-000000000001'

let earlier: EarlierConsent

beforeAll(async () => {
  earlier = await earlierConsent(stack)
})

afterEach(async () => {
  await fetch(`${stack.entra}/_local/next`, { method: 'DELETE' })
})

const next = (answer: Omit<NextAnswer, 'tenant' | 'grant_type'>, tenant = earlier.partner.tenant) =>
  orderNext(stack, { tenant, grant_type: 'authorization_code', ...answer })

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow

describe('a sign-in to another tenant than the invited one', () => {
  it('is refused by a code that was made for another tenant', async () => {
    const { partner, refuses } = earlier
    const other = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, other)).url)
    const { fields } = await signIn(started, other.ada)
    await refuses(['signin_error', 400], {
      meddle: async ({ posted }) => Object.assign(posted.fields, { code: fields['code'] }),
    })
    await expectNothingStored(stack, other.tenant)
    expect(partner.tenant).not.toBe(other.tenant)
  })

  it('is refused by a code of another attempt at the same tenant (PKCE)', async () => {
    const { partner, refuses } = earlier
    const started = await startSignIn((await invite(stack, partner)).url)
    const { fields } = await signIn(started, partner.fay)
    await refuses(['signin_error', 400], {
      meddle: async ({ posted }) => Object.assign(posted.fields, { code: fields['code'] }),
    })
  })

  it('is refused by an ID token of another tenant', async () => {
    await earlier.refuses(['id_token_invalid', 400], {
      meddle: () => next({ idTokenClaims: { tid: randomUUID() } }),
    })
  })
})

describe('a guest in the invited tenant', () => {
  it('is refused, and told to use an account of the tenant itself', async () => {
    const { partner, refuses } = earlier
    const page = await refuses(['guest', 403], { who: partner.eve })
    expect(textOf(page.html)).toContain(partner.eve.tenant)
  })

  it('is refused though she is an agent and administrator at home', async () => {
    const own = await ownPartner(stack)
    const { username } = own.eve
    await changeDirectory(stack, { people: [{ username, admin: true, agent: true }] })
    const { url } = await invite(stack, own)
    // Approves the application for the tenant, so that only the guest herself is in question.
    await signIn(await startSignIn(url), own.ada)
    expectRefusal(await consent(url, own.eve), ['guest', 403])
    await expectNothingStored(stack, own.tenant)
  })
})

/** What Entra would answer, but with an ID token of another signature. */
const answering = async (
  nonce: string,
  signature: { key: 'own' | 'foreign' | 'none'; header?: object },
) => {
  const { tenant, ada } = earlier.partner
  const claims = {
    iss: `${stack.entra}/${tenant}/v2.0`,
    aud: clientId,
    tid: tenant,
    oid: ada.objectId,
    sub: 'sub',
    ver: '2.0',
    nonce,
    iat: seconds(-10),
    nbf: seconds(-10),
    exp: seconds(600),
  }
  const info = JSON.stringify({ uid: ada.objectId, utid: tenant })
  await addFault(stack.entra, {
    match: { tenant, grant_type: 'authorization_code' },
    times: 1,
    status: 200,
    body: {
      token_type: 'Bearer',
      scope: 'openid profile offline_access',
      expires_in: 3600,
      access_token: 'none',
      refresh_token: 'none',
      id_token: await mint(stack, { claims, ...signature }),
      client_info: Buffer.from(info).toString('base64url'),
    },
  })
}

describe('an ID token that does not verify', () => {
  it.each([
    ['the issuer of another tenant', () => ({ iss: `${stack.entra}/${randomUUID()}/v2.0` })],
    ['a foreign issuer', () => ({ iss: 'https://evil.example/v2.0' })],
    ['another audience', () => ({ aud: randomUUID() })],
    ['another nonce', () => ({ nonce: 'another' })],
    ['no nonce', () => ({ nonce: null })],
    ['an expiry that is past', () => ({ exp: seconds(-120) })],
    ['no expiry', () => ({ exp: null })],
    ['a beginning that is to come', () => ({ nbf: seconds(600) })],
    ['no object id', () => ({ oid: null })],
    ['no tenant', () => ({ tid: null })],
  ])('because of %s is refused', async (_, changes) => {
    await earlier.refuses(['id_token_invalid', 400], {
      meddle: () => next({ idTokenClaims: changes() }),
    })
  })

  it.each([
    ['a foreign key', { key: 'foreign' }],
    ['no signature', { key: 'none' }],
  ] as const)('because of %s is refused', async (_, signature) => {
    await earlier.refuses(['id_token_invalid', 400], {
      meddle: ({ nonce }) => answering(nonce, signature),
    })
  })

  it('is the only thing that these answers lack: well signed, they come as far as the refresh token', async () => {
    await earlier.refuses(['audience_refused', 400], {
      meddle: ({ nonce }) => answering(nonce, { key: 'own' }),
    })
  })
})

describe('an answer of Entra that lacks something', () => {
  it('without a refresh token is refused', async () => {
    await earlier.refuses(['no_refresh_token', 400], {
      meddle: () => next({ omitRefreshToken: true }),
    })
  })

  it('without client_info is refused', async () => {
    await earlier.refuses(['account_mismatch', 403], { meddle: () => next({ clientInfo: null }) })
  })

  it('with the client_info of a colleague is refused', async () => {
    const { tenant, fay } = earlier.partner
    const clientInfo = { uid: fay.objectId, utid: tenant }
    await earlier.refuses(['account_mismatch', 403], { meddle: () => next({ clientInfo }) })
  })

  it('with the client_info of a person of another tenant is refused', async () => {
    const { cleo } = earlier.partner
    const clientInfo = { uid: cleo.objectId, utid: cleo.tenant }
    await earlier.refuses(['guest', 403], { meddle: () => next({ clientInfo }) })
  })

  it('leaves the invitation open: the next sign-in with it succeeds', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    await next({ omitRefreshToken: true }, own.tenant)
    expectRefusal(await consent(url, own.ada), ['no_refresh_token', 400])
    await expectNothingStored(stack, own.tenant)
    expectConsented(await consent(url, own.ada))
  })
})

describe('a person of another tenant', () => {
  it('is not let in by Entra itself, and nothing comes back', async () => {
    const { partner, unchanged } = earlier
    const started = await startSignIn((await invite(stack, partner)).url)
    await expect(signIn(started, partner.cleo)).rejects.toThrow(/no form|did not send/)
    await unchanged()
  })
})
