import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import {
  expectConsented,
  expectNothingStored,
  expectRefusal,
  invitationStatus,
} from './support/consent-checks.ts'
import { consent, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { control } from './support/own-partner.ts'
import { earlierConsent, type EarlierConsent } from './support/earlier-consent.ts'
import { audiences, invite, manage, type Invited } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { textOf } from './support/read-page.ts'
import { redemptions } from './support/recorded.ts'
import { letExpire, rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')
const action = `${stack.onboarding}/consent/callback`

let earlier: EarlierConsent
let partner: OwnPartner

beforeAll(async () => {
  earlier = await earlierConsent(stack)
  partner = earlier.partner
})

beforeEach(() => earlier.remember())

/** The invitation still serves, and the consent of before is as it was. */
const expectUntouched = async ({ id }: Invited): Promise<void> => {
  expect(await invitationStatus(stack, id)).toBe('open')
  await earlier.unchanged()
}

describe('a callback whose state is not that of an open attempt', () => {
  it.each([
    ['missing', {}],
    ['empty', { state: '' }],
    ['unknown', { state: 'A'.repeat(43) }],
    ['overlong', { state: 'A'.repeat(5000) }],
    ['of strange letters', { state: '../../☃\u0000' }],
  ])('is refused when it is %s', async (_, fields) => {
    const posted = { action, fields: { code: 'code', ...fields } }
    expectRefusal(await postCallback(posted, {}), ['attempt_unknown', 400])
  })

  it('is refused when it was changed by one letter', async () => {
    const started = await startSignIn((await invite(stack, partner)).url)
    const { fields } = await signIn(started, partner.ada)
    const state = `${fields['state'] === 'A' ? 'B' : 'A'}${fields['state']?.slice(1)}`
    const page = await postCallback({ action, fields: { ...fields, state } }, started)
    expectRefusal(page, ['attempt_unknown', 400])
    await earlier.unchanged()
  })

  it('is refused when the state comes twice', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const { fields } = await signIn(started, partner.ada)
    const body = new URLSearchParams(fields)
    body.append('state', 'A'.repeat(43))
    const answer = await fetch(action, {
      method: 'POST',
      body,
      headers: { cookie: started.cookie },
    })
    expect(answer.status).toBe(400)
    await expectUntouched(invited)
  })

  it('is refused when the attempt has expired', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const posted = await signIn(started, partner.ada)
    const [attempt] = await rowsWhere(stack, 'attempts', ['invitation', invited.id])
    await letExpire(stack, 'attempts', attempt)
    expectRefusal(await postCallback(posted, started), ['attempt_unknown', 400])
    await expectUntouched(invited)
  })

  it('is not taken from the address: by GET it leads on, and leaves what is there behind', async () => {
    const answer = await fetch(`${action}?state=x&code=y`, { redirect: 'manual' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`${stack.onboarding}/partner`)
  })
})

describe('a callback in another browser than the one that started', () => {
  it('is refused without its cookie, with a wrong one, and with that of another attempt', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const other = await startSignIn(invited.url)
    const posted = await signIn(started, partner.ada)
    const [name = ''] = started.cookie.split('=')
    const before = await redemptions(stack, partner.tenant, 'authorization_code')
    for (const cookie of [
      undefined,
      `${name}=`,
      `${name}=${'A'.repeat(43)}`,
      `${name}=${'A'.repeat(3000)}`,
      `${name}="quoted value"`,
      other.cookie,
      `${name}=${other.cookie.split('=')[1]}`,
    ]) {
      const page = await postCallback(posted, cookie === undefined ? {} : { cookie })
      expectRefusal(page, ['other_browser', 403])
    }
    expect(await redemptions(stack, partner.tenant, 'authorization_code')).toBe(before)
    await expectUntouched(invited)
  })

  it('does not use the attempt up: the right browser still succeeds afterwards', async () => {
    const own = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, own)).url)
    const posted = await signIn(started, own.ada)
    expectRefusal(await postCallback(posted, {}), ['other_browser', 403])
    await expectNothingStored(stack, own.tenant)
    expectConsented(await postCallback(posted, started))
  })

  it('after success does not see the outcome', async () => {
    const own = await ownPartner(stack)
    const { posted } = await consent((await invite(stack, own)).url, own.ada)
    const page = await postCallback(posted, {})
    expectRefusal(page, ['other_browser', 403])
    expect(page.html).not.toContain(own.tenant)
  })
})

describe('an error that Entra sends instead of a code', () => {
  it('of a person who cancels is said as such, and the invitation still serves', async () => {
    const invited = await invite(stack, partner)
    expectRefusal(await consent(invited.url, 'cancel'), ['signin_cancelled', 400])
    await expectUntouched(invited)
  })

  it('of a person who may not consent names Microsoft’s code and an administrator', async () => {
    const own = await ownPartner(stack)
    const invited = await invite(stack, own)
    const page = await consent(invited.url, own.dan)
    expectRefusal(page, ['signin_error', 400])
    expect(textOf(page.html)).toContain('AADSTS65001')
    await expectNothingStored(stack, own.tenant)
    expectConsented(await consent(invited.url, own.ada))
  })

  it.each([
    ['temporarily_unavailable', 'unavailable', 503],
    ['server_error', 'unavailable', 503],
    ['consent_required', 'signin_error', 400],
    ['<b>odd</b>', 'signin_error', 400],
  ] as const)('%s is answered as %s', async (error, kind, status) => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const state = started.location.searchParams.get('state') ?? ''
    const error_description = 'AADSTS65001: <script>alert(1)</script> secret text'
    const page = await postCallback(
      { action, fields: { state, error, error_description } },
      started,
    )
    expectRefusal(page, [kind, status])
    expect(page.html).not.toContain('alert(1)')
    expect(page.html).not.toContain('secret text')
    expect(page.html).not.toContain('<b>odd')
    await expectUntouched(invited)
  })

  it('wins over a code that comes with it', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const { fields } = await signIn(started, partner.ada)
    const both = { action, fields: { ...fields, error: 'access_denied' } }
    expectRefusal(await postCallback(both, started), ['signin_cancelled', 400])
    await expectUntouched(invited)
  })

  it('is a missing code, too', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const state = started.location.searchParams.get('state') ?? ''
    expectRefusal(await postCallback({ action, fields: { state } }, started), ['signin_error', 400])
    await expectUntouched(invited)
  })
})

describe('an invitation that ends while its administrator signs in', () => {
  it('is refused when the operator cancelled it', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const posted = await signIn(started, partner.ada)
    await manage(stack, { method: 'DELETE', path: `/manage/invitations/${invited.id}` })
    expectRefusal(await postCallback(posted, started), ['invitation_unknown', 404])
    await earlier.unchanged()
  })

  it('is refused when it expired', async () => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const posted = await signIn(started, partner.ada)
    const [row] = await rowsWhere(stack, 'invitations', ['id', invited.id])
    await letExpire(stack, 'invitations', row)
    expectRefusal(await postCallback(posted, started), ['invitation_expired', 410])
    await earlier.unchanged()
  })
})

describe('a consent that Microsoft has on record for fewer services', () => {
  it('is refused by the service that is missing, by name, and gives nothing', async () => {
    const own = await ownPartner(stack)
    const invited = await invite(stack, own)
    const started = await startSignIn(invited.url)
    const posted = await signIn(started, own.ada)
    const { entra } = stack
    const refused = { tenant: own.tenant, resource: audiences.arm, granted: false }
    await control(`${entra}/_local/consent`, refused)
    const page = await postCallback(posted, started)
    expectRefusal(page, ['audience_refused', 400])
    expect(textOf(page.html)).toContain(audiences.arm)
    await expectNothingStored(stack, own.tenant)
  })
})
