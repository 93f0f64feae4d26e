import { afterAll, describe, expect, inject, test } from 'vitest'
import { untilLogged } from './support/broker-log.ts'
import { onboard } from './support/consent-flow.ts'
import { clearFaults } from './support/faults.ts'
import {
  entraError,
  expectIssued,
  expectRefusedAndUnchanged,
  onboarded,
} from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { control } from './support/own-partner.ts'
import { redemptions } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'
import { storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
const renewAt = (tenant: string) => `${stack.onboarding}/renew/${tenant}`
const claims = '{"access_token":{"capolids":{"essential":true,"values":["a"]}}}'

afterAll(() => clearFaults(stack.entra))

describe('a dead grant', () => {
  test('is marked, and answered from its row without asking Entra until the partner consents anew', async () => {
    const partner = await onboarded(stack)
    await control(`${stack.entra}/_local/revoke`, { username: partner.ada.username })
    const dead = {
      code: 'consent_needed',
      suberror: 'bad_token',
      numbers: [50173],
      reconsentUri: renewAt(partner.tenant),
      says: "The partner's administrator must",
    } as const
    expectRefusal(await partner.ask(), dead)
    const asked = await redemptions(stack, partner.tenant, 'refresh_token')
    expectRefusal(await partner.ask(), dead)
    expectRefusal(await partner.ask({ customer: partner.customer.tenant }), dead)
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(asked)
    await onboard(stack, partner)
    expectIssued(await partner.ask())
  })

  test.each<[string, { error: string; number: number; suberror?: string }]>([
    ['that was not used for 90 days', { error: 'invalid_grant', number: 700082 }],
    ['whose password changed', { error: 'invalid_grant', number: 50173, suberror: 'bad_token' }],
    ['whose account is gone', { error: 'invalid_grant', number: 500341 }],
    [
      'that lacks the MFA now required',
      { error: 'invalid_grant', number: 50076, suberror: 'basic_action' },
    ],
    ['that must sign in again', { error: 'interaction_required', number: 50078 }],
  ])('%s is marked by a change of the row alone', async (_, { error, number, suberror }) => {
    const partner = await onboarded(stack)
    const before = await storedOf(stack, partner.tenant)
    const body = entraError(error, [number], { ...(suberror && { suberror }) })
    await partner.entraAnswers({ status: 400, body, times: 1 })
    expectRefusal(await partner.ask(), {
      code: 'consent_needed',
      numbers: [number],
      reconsentUri: renewAt(partner.tenant),
      says: "The partner's administrator must act",
      ...(suberror && { suberror }),
    })
    const after = await storedOf(stack, partner.tenant)
    expect(after.versions).toEqual(before.versions)
    expect(after.row['status']).toBe('consent_needed')
    expect(after.row['sealed']).toBe(before.row['sealed'])
  })

  test('a token that is still in the cache is not given out once the grant is known to be dead', async () => {
    const partner = await onboarded(stack)
    expectIssued(await partner.ask())
    const body = entraError('invalid_grant', [700082])
    await partner.entraAnswers({ status: 400, body, times: 1 })
    const dead = { code: 'consent_needed', numbers: [700082] } as const
    const refusal = { ...dead, reconsentUri: renewAt(partner.tenant), says: 'administrator must' }
    expectRefusal(await partner.ask({ audience: audiences.arm }), refusal)
    expectRefusal(await partner.ask(), refusal)
  })
})

describe('a refusal that never marks the grant', () => {
  test('a reason that nobody knows is said as a lost consent, and alarms the operator', async () => {
    const partner = await onboarded(stack)
    const body = entraError('invalid_grant', [135010])
    await partner.entraAnswers({ status: 400, body, times: 1 })
    await expectRefusedAndUnchanged(
      stack,
      { partner },
      {
        code: 'consent_needed',
        numbers: [135010],
        reconsentUri: renewAt(partner.tenant),
        says: 'for a reason that the broker does not know',
      },
    )
    await untilLogged(stack, 'alarm_unknown_entra_error', partner.tenant, '135010')
    expectIssued(await partner.ask())
  })

  test('Conditional Access in the partner’s tenant, with Entra’s challenge handed on', async () => {
    const partner = await onboarded(stack)
    const suberror = 'message_only'
    const body = entraError('invalid_grant', [53003], { suberror, claims })
    await partner.entraAnswers({ status: 400, body, times: 1 })
    await expectRefusedAndUnchanged(
      stack,
      { partner },
      {
        code: 'blocked_by_policy',
        suberror,
        claims,
        numbers: [53003],
        says: "such as Conditional Access, refuses the sign-in. The partner's administrator must act",
      },
    )
    expectIssued(await partner.ask())
  })

  test('an audience that the partner’s tenant no longer consents to', async () => {
    const partner = await onboarded(stack)
    const consent = (granted: boolean) =>
      control(`${stack.entra}/_local/consent`, {
        tenant: partner.tenant,
        resource: audiences.arm,
        granted,
      })
    await consent(false)
    await expectRefusedAndUnchanged(
      stack,
      { partner, audience: audiences.arm },
      {
        code: 'audience_not_consented',
        numbers: [65001],
        reconsentUri: renewAt(partner.tenant),
        says: 'the partner has not consented to this audience',
      },
    )
    expectIssued(await partner.ask())
    await consent(true)
    expectIssued(await partner.ask({ audience: audiences.arm }))
  })

  test.each<[string, number, { error: string; number: number }]>([
    ['a wrong secret of our own', 401, { error: 'invalid_client', number: 7000215 }],
    ['an expired secret of our own', 401, { error: 'invalid_client', number: 7000222 }],
    [
      'a federated credential that Entra does not know',
      401,
      { error: 'invalid_client', number: 700213 },
    ],
    ['an application that is gone', 400, { error: 'unauthorized_client', number: 700016 }],
  ])('%s is the operator’s affair, never the partner’s', async (_, status, { error, number }) => {
    const partner = await onboarded(stack)
    await partner.entraAnswers({ status, body: entraError(error, [number]), times: 1 })
    await expectRefusedAndUnchanged(
      stack,
      { partner },
      {
        code: 'app_misconfigured',
        numbers: [number],
        says: "refused the broker's own application or its credential. The operator must act",
      },
    )
    await untilLogged(stack, 'alarm_app_misconfigured', partner.tenant, String(number))
    expectIssued(await partner.ask())
  })

  test('a permission that Entra does not know is the caller’s mistake', async () => {
    const partner = await onboarded(stack)
    const body = entraError('invalid_scope', [70011])
    await partner.entraAnswers({ status: 400, body, times: 1 })
    await expectRefusedAndUnchanged(
      stack,
      { partner },
      {
        code: 'request_malformed',
        error: 'invalid_scope',
        numbers: [70011],
        says: 'The caller must correct its request',
      },
    )
  })
})
