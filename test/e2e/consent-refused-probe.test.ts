import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { earlierConsent, type EarlierConsent } from './support/earlier-consent.ts'
import { expectConsented, expectNothingStored, expectRefusal } from './support/consent-checks.ts'
import { consent } from './support/consent-flow.ts'
import { orderNext } from './support/entra-controls.ts'
import { addFault } from './support/faults.ts'
import { audiences, invite } from './support/management.ts'
import { control, ownPartner } from './support/own-partner.ts'
import { textOf } from './support/read-page.ts'
import { recorded, redemptions } from './support/recorded.ts'

const stack = inject('stack')

let earlier: EarlierConsent

beforeAll(async () => {
  earlier = await earlierConsent(stack)
})

afterEach(async () => {
  await fetch(`${stack.entra}/_local/next`, { method: 'DELETE' })
  await control(`${stack.apis.partnerCenter}/_local/mfa`, {})
  await fetch(`${stack.apis.partnerCenter}/_local/faults`, { method: 'DELETE' })
})

const entraError = (code: number, more: object = {}) => ({
  error: 'invalid_grant',
  error_description: `AADSTS${code}: a text that nobody may trust.`,
  error_codes: [code],
  ...more,
})

/** Entra refuses one redemption of this audience. */
const refuseAudience = (audience: string, code: number, more: object = {}) =>
  addFault(stack.entra, {
    match: {
      tenant: earlier.partner.tenant,
      grant_type: 'refresh_token',
      scope: `${audience}/.default openid profile offline_access`,
    },
    times: 1,
    status: 400,
    body: entraError(code, more),
  })

/** Partner Center answers so however often it is asked: a passing fault alone would be retried. */
const partnerCenterAnswers = (fault: object) =>
  addFault(stack.apis.partnerCenter, {
    match: { tenant: earlier.partner.tenant, path: '/v1/customers' },
    ...fault,
  })

describe('a refresh token that an audience refuses', () => {
  it.each([
    ['Partner Center', audiences.partnerCenter],
    ['Microsoft Graph', audiences.graph],
    ['Azure Resource Manager', audiences.arm],
  ])('for want of consent (65001) at %s is refused by name', async (name, audience) => {
    const page = await earlier.refuses(['audience_refused', 400], {
      meddle: () => refuseAudience(audience, 65001, { suberror: 'consent_required' }),
    })
    const text = textOf(page.html)
    expect(text).toContain(name)
    expect(text).toContain(audience)
    expect(text).toContain('AADSTS65001')
    expect(text).not.toContain('nobody may trust')
  })

  it('for want of MFA (50076) is refused as a sign-in without MFA', async () => {
    await earlier.refuses(['mfa_missing', 403], {
      meddle: () => refuseAudience(audiences.graph, 50076, { suberror: 'basic_action' }),
    })
  })

  it('by Conditional Access (53003) is refused with Microsoft’s code', async () => {
    const page = await earlier.refuses(['audience_refused', 400], {
      meddle: () => refuseAudience(audiences.arm, 53003),
    })
    expect(textOf(page.html)).toContain('AADSTS53003')
  })

  it('on a first consent leaves nothing, and the invitation serves again', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    await addFault(stack.entra, {
      match: { tenant: own.tenant, grant_type: 'refresh_token' },
      times: 1,
      status: 400,
      body: entraError(65001),
    })
    expectRefusal(await consent(url, own.ada), ['audience_refused', 400])
    await expectNothingStored(stack, own.tenant)
    expectConsented(await consent(url, own.ada))
  })
})

const asked = () => recorded(stack.apis.partnerCenter, '/v1/customers')

describe('a redemption that is not the signed-in person’s', () => {
  it.each([
    ['of a colleague', () => ({ uid: earlier.partner.fay.objectId, utid: earlier.partner.tenant })],
    [
      'of another tenant',
      () => ({ uid: earlier.partner.ada.objectId, utid: earlier.partner.cleo.tenant }),
    ],
    ['of nobody', () => null],
  ])('%s is refused before any API is asked', async (_, clientInfo) => {
    const before = (await asked()).length
    await earlier.refuses(['account_mismatch', 403], {
      meddle: () =>
        orderNext(stack, {
          tenant: earlier.partner.tenant,
          grant_type: 'refresh_token',
          clientInfo: clientInfo(),
        }),
    })
    expect((await asked()).length).toBe(before)
  })
})

describe('Partner Center', () => {
  it('is asked with ValidateMfa for one customer, before any other audience is tried', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    expectConsented(await consent(url, own.ada))
    expect(await redemptions(stack, own.tenant, 'refresh_token')).toBe(3)
    expect((await asked()).filter(({ tenant }) => tenant === own.tenant)).toEqual([
      expect.objectContaining({ query: { size: '1' }, method: 'GET', status: 200 }),
    ])
  })

  it('that finds no agent role refuses the person', async () => {
    await earlier.refuses(['not_an_agent', 403], { who: earlier.partner.dan })
  })

  it('that sees no MFA refuses the person', async () => {
    await earlier.refuses(['mfa_missing', 403], { who: earlier.partner.ben })
  })

  it('that enforces MFA by error 900421 refuses the person likewise', async () => {
    await control(`${stack.apis.partnerCenter}/_local/mfa`, { enforce: true })
    await earlier.refuses(['mfa_missing', 403], { who: earlier.partner.ben })
  })

  it('that does not say whether there was MFA leaves it unproven, and nobody at the partner to blame', async () => {
    await control(`${stack.apis.partnerCenter}/_local/mfa`, { silent: true })
    const page = await earlier.refuses(['mfa_unproven', 503], {})
    expect(textOf(page.html)).toContain('not your fault')
  })

  it.each([
    ['500', { status: 500, body: 'oops' }],
    ['429', { status: 429, headers: { 'retry-after': '1' } }],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
    ['a closed connection', { drop: true }],
  ])('that answers %s is not the partner’s fault', async (_, fault) => {
    await earlier.refuses(['unavailable', 503], { meddle: () => partnerCenterAnswers(fault) })
  })

  it('that answers 200 with a page instead of customers is not believed', async () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' }
    await earlier.refuses(['unavailable', 503], { meddle: () => partnerCenterAnswers(page) })
  })
})
