import { createPublicKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import * as z from 'zod'
import { expectConsented, expectNothingStored, expectRefusal } from './support/consent-checks.ts'
import {
  consent,
  postCallback,
  signIn,
  startSignIn,
  type Page,
  type Posted,
  type Started,
} from './support/consent-flow.ts'
import { mint } from './support/entra-controls.ts'
import { addFault } from './support/faults.ts'
import { invite } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { redemptions } from './support/recorded.ts'
import { grantRow } from './support/stored-rows.ts'

const stack = inject('stack')
const clientId = 'a9900000-0000-4000-8000-000000000001'

let partner: OwnPartner
let other: OwnPartner

beforeAll(async () => {
  partner = await ownPartner(stack)
  other = await ownPartner(stack)
})

type Session = { started: Started; posted: Posted }

/** A browser that has signed in and not yet come back; `tamper` changes the address it was sent to. */
const session = async (
  { tamper, of = partner }: { tamper?: (address: URL) => void; of?: OwnPartner } = {},
  who = of.ada,
): Promise<Session> => {
  const started = await startSignIn((await invite(stack, of)).url)
  const location = new URL(started.location)
  tamper?.(location)
  return { started, posted: await signIn({ location }, who) }
}

/** Comes back to the callback with the code of another session. */
const injecting = ({ started, posted }: Session, foreign: Session): Promise<Page> => {
  const { code = '' } = foreign.posted.fields
  return postCallback({ ...posted, fields: { ...posted.fields, code } }, started)
}

const expectRefused = async (page: Page, kind: Parameters<typeof expectRefusal>[1]) => {
  expectRefusal(page, kind)
  await expectNothingStored(stack, partner.tenant)
}

const stripped = (address: URL): void => {
  address.searchParams.delete('code_challenge')
  address.searchParams.delete('code_challenge_method')
}

const setting = (name: string, value: string) => (address: URL) =>
  address.searchParams.set(name, value)

const toOther = (address: URL): void => {
  address.pathname = address.pathname.replace(partner.tenant, other.tenant)
}

const toOtherWithoutPkce = (address: URL): void => {
  toOther(address)
  stripped(address)
}

const forgedValue = 'A'.repeat(43)

describe('a code that is not this session’s is refused', () => {
  test('of another session of the same tenant (PKCE)', async () => {
    await expectRefused(await injecting(await session(), await session()), ['signin_error', 400])
  })

  test('made without any PKCE, so that only the nonce tells', async () => {
    const foreign = await session({ tamper: stripped }, partner.fay)
    await expectRefused(await injecting(await session(), foreign), ['id_token_invalid', 400])
  })

  test('made for the challenge of the attacker', async () => {
    const tamper = setting('code_challenge', forgedValue)
    await expectRefused(await back(await session({ tamper })), ['signin_error', 400])
  })

  test('of another tenant', async () => {
    const foreign = await session({ of: other })
    await expectRefused(await injecting(await session(), foreign), ['signin_error', 400])
  })

  test('of another tenant, without any PKCE', async () => {
    const foreign = await session({ of: other, tamper: stripped })
    await expectRefused(await injecting(await session(), foreign), ['signin_error', 400])
  })

  test('that was redeemed before', async () => {
    const own = await ownPartner(stack)
    const first = await session({ of: own })
    expectConsented(await back(first))
    const again = await injecting(await session({ of: own }), first)
    expectRefusal(again, ['signin_error', 400])
    expect(await grantRow(stack, own.tenant)).toMatchObject({ generation: 1 })
  })
})

const back = ({ posted, started }: Session): Promise<Page> => postCallback(posted, started)

describe('an address of the sign-in that was tampered with leads to nothing', () => {
  test('another nonce', async () => {
    const tamper = setting('nonce', forgedValue)
    await expectRefused(await back(await session({ tamper })), ['id_token_invalid', 400])
  })

  test('another tenant', async () => {
    const mixed = await session({ tamper: toOther }, other.ada)
    await expectRefused(await back(mixed), ['signin_error', 400])
    await expectNothingStored(stack, other.tenant)
  })

  test('another tenant, and the attacker’s own PKCE and nonce', async () => {
    const tamper = toOtherWithoutPkce
    await expectRefused(await back(await session({ tamper }, other.ada)), ['signin_error', 400])
    await expectNothingStored(stack, other.tenant)
  })

  test('another state', async () => {
    const tamper = setting('state', forgedValue)
    await expectRefused(await back(await session({ tamper })), ['attempt_unknown', 400])
  })

  test('another place to come back to', async () => {
    const tamper = setting('redirect_uri', `${stack.onboarding}/consent/approved`)
    const elsewhere = await session({ tamper })
    elsewhere.posted.action = `${stack.onboarding}/consent/callback`
    // Entra says it of our application, so the partner is not told to mend anything.
    await expectRefused(await back(elsewhere), ['unavailable', 503])
  })
})

const bytes = ({ html }: Page) => html.replaceAll(/[0-9a-f-]{36}/g, '')

describe('a state', () => {
  test('of the attacker does not log a victim into the attacker’s consent', async () => {
    const attacker = await session()
    const victim = await session()
    const page = await postCallback(attacker.posted, victim.started)
    await expectRefused(page, ['other_browser', 403])
  })

  test('is not taken with a cookie among forged ones of the same name', async () => {
    const { started, posted } = await session()
    const [name = ''] = started.cookie.split('=')
    const tossed = `${name}=${'A'.repeat(43)}; ${started.cookie}`
    await expectRefused(await postCallback(posted, { cookie: tossed }), ['other_browser', 403])
  })

  test('is replayed without effect, and only to its own browser', async () => {
    const own = await ownPartner(stack)
    const first = await session({ of: own })
    expectConsented(await back(first))
    const row = await grantRow(stack, own.tenant)
    expectConsented(await back(first))
    expectRefusal(await postCallback(first.posted, {}), ['other_browser', 403])
    expect(await grantRow(stack, own.tenant)).toEqual(row)
    expect(await redemptions(stack, own.tenant, 'authorization_code')).toBe(1)
  })

  test('tells by its answer nothing of the attempt to another browser, before or after', async () => {
    const own = await ownPartner(stack)
    const first = await session({ of: own })
    const before = await postCallback(first.posted, {})
    expectConsented(await back(first))
    const after = await postCallback(first.posted, {})
    expect(bytes(after)).toBe(bytes(before))
  })
})

const published = async () => {
  const answer = await fetch(`${stack.entra}/${partner.tenant}/discovery/v2.0/keys`)
  const jwk = z.object({ kty: z.string(), n: z.string(), e: z.string(), kid: z.string() })
  const [key] = z.object({ keys: z.array(jwk) }).parse(await answer.json()).keys
  if (!key) throw new Error('Entra publishes no key')
  return key
}

const now = () => Math.floor(Date.now() / 1000)

const claimsOf = (nonce: string) => ({
  iss: `${stack.entra}/${partner.tenant}/v2.0`,
  aud: clientId,
  tid: partner.tenant,
  oid: partner.ada.objectId,
  sub: 'sub',
  ver: '2.0',
  nonce,
  iat: now() - 10,
  nbf: now() - 10,
  exp: now() + 600,
})

const answered = async (idToken: (nonce: string) => Promise<string>): Promise<Page> => {
  const one = await session()
  const { tenant } = partner
  const info = JSON.stringify({ uid: partner.ada.objectId, utid: tenant })
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
      id_token: await idToken(one.started.location.searchParams.get('nonce') ?? ''),
      client_info: Buffer.from(info).toString('base64url'),
    },
  })
  return back(one)
}

describe('an ID token that Entra did not sign so', () => {
  test('with the public key as a shared secret (HS256) is refused', async () => {
    const { kid, ...jwk } = await published()
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    for (const secret of [Buffer.from(pem), Buffer.from(jwk.n, 'base64url')]) {
      const page = await answered((nonce) =>
        new SignJWT(claimsOf(nonce)).setProtectedHeader({ alg: 'HS256', kid }).sign(secret),
      )
      await expectRefused(page, ['id_token_invalid', 400])
    }
  })

  test('with no signature (alg: none) is refused', async () => {
    const page = await answered((nonce) => mint(stack, { claims: claimsOf(nonce), key: 'none' }))
    await expectRefused(page, ['id_token_invalid', 400])
  })

  test('with another key under the published name is refused', async () => {
    const { kid } = await published()
    const page = await answered((nonce) =>
      mint(stack, { claims: claimsOf(nonce), key: 'foreign', header: { kid } }),
    )
    await expectRefused(page, ['id_token_invalid', 400])
  })

  test('with another algorithm of the right key (RS512) is refused', async () => {
    const header = { alg: 'RS512' }
    const page = await answered((nonce) => mint(stack, { claims: claimsOf(nonce), header }))
    await expectRefused(page, ['id_token_invalid', 400])
  })

  test.each<[string, () => object]>([
    ['another issuer', () => ({ iss: 'https://evil.example/v2.0' })],
    ['the issuer of another tenant', () => ({ iss: `${stack.entra}/${other.tenant}/v2.0` })],
    ['another audience', () => ({ aud: crypto.randomUUID() })],
    ['an end that is past', () => ({ exp: now() - 3600 })],
    ['another nonce', () => ({ nonce: 'another' })],
    ['another tenant', () => ({ tid: other.tenant })],
  ])('with %s is refused', async (_, changes) => {
    const page = await answered((nonce) =>
      mint(stack, { claims: { ...claimsOf(nonce), ...changes() } }),
    )
    await expectRefused(page, ['id_token_invalid', 400])
  })

  test('the control of these tests: well signed, it comes as far as the refresh token', async () => {
    const page = await answered((nonce) => mint(stack, { claims: claimsOf(nonce) }))
    await expectRefused(page, ['audience_refused', 400])
  })
})

test('after all these attacks the partner consents as if nothing had been', async () => {
  expectConsented(await consent((await invite(stack, partner)).url, partner.ada))
})
