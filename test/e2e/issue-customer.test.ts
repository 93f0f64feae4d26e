import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { clearFaults } from './support/faults.ts'
import {
  entraError,
  expectIssued,
  expectRefusedAndUnchanged,
  onboarded,
} from './support/issuing.ts'
import type { Onboarded } from './support/issuing.ts'
import { control } from './support/own-partner.ts'
import type { Code } from './support/refusal.ts'
import { letAge } from './support/stored-grant.ts'

const stack = inject('stack')
const dayMs = 24 * 3600_000
let partner: Onboarded
let customer: string

beforeAll(async () => {
  partner = await onboarded(stack)
  customer = partner.customer.tenant
  // Old enough to be written back, if anything at a customer ever were.
  await letAge(stack, partner.tenant, 2 * dayMs)
})
afterAll(() => clearFaults(stack.entra))

type Case = {
  what: string
  code: Code
  number: number
  error: string
  suberror?: string
  status?: number
  says: string
}

const blocked: Omit<Case, 'what' | 'number'> = {
  code: 'customer_blocked',
  error: 'invalid_grant',
  says: "The customer's administrator must act",
}
const unconsented: Omit<Case, 'what' | 'number'> = {
  code: 'customer_consent_needed',
  error: 'invalid_grant',
  says: 'The operator must act',
}
const cases: Case[] = [
  { what: 'Conditional Access', number: 53003, ...blocked, suberror: 'message_only' },
  { what: 'MFA', number: 50076, ...blocked, suberror: 'basic_action' },
  { what: 'a deleted account', number: 500341, ...blocked },
  { what: 'an application without consent', number: 65001, ...unconsented },
  { what: 'an unknown application', number: 700016, ...unconsented, error: 'unauthorized_client' },
  { what: 'a resource it lacks', number: 650052, ...unconsented },
]

test.each(cases)(
  '$what at a customer ($number) is said as $code and leaves the grant alone',
  async (one) => {
    const { code, error, number, suberror, says } = one
    const body = entraError(error, [number], { ...(suberror && { suberror }) })
    await partner.entraAnswersAtCustomer({ status: 400, body, times: 1 })
    const refusal = { code, numbers: [number], says, ...(suberror && { suberror }) }
    await expectRefusedAndUnchanged(stack, { partner, customer }, refusal)
  },
)

test('a customer that says the refresh token is dead does not mark the grant', async () => {
  const body = entraError('invalid_grant', [50173], { suberror: 'bad_token' })
  await partner.entraAnswersAtCustomer({ status: 400, body, times: 1 })
  await expectRefusedAndUnchanged(
    stack,
    { partner, customer },
    {
      code: 'consent_needed',
      suberror: 'bad_token',
      numbers: [50173],
      reconsentUri: `${stack.onboarding}/renew/${partner.tenant}`,
      says: "the partner's consent no longer works",
    },
  )
})

test('our own refused credential at a customer is still the operator’s affair', async () => {
  const body = entraError('invalid_client', [7000215])
  await partner.entraAnswersAtCustomer({ status: 401, body, times: 1 })
  const refusal = { code: 'app_misconfigured', numbers: [7000215], says: 'operator must' } as const
  await expectRefusedAndUnchanged(stack, { partner, customer }, refusal)
})

test('a throttled customer is retryable', async () => {
  await partner.entraAnswersAtCustomer({ status: 429, times: 1 })
  const refusal = { code: 'throttled', says: 'Try again shortly' } as const
  await expectRefusedAndUnchanged(stack, { partner, customer }, refusal)
})

test('a tenant that the partner does not serve refuses the partner’s account', async () => {
  const other = await onboarded(stack)
  const refusal = { code: 'customer_blocked', numbers: [50020], says: 'no access to the customer' }
  await expectRefusedAndUnchanged(
    stack,
    { partner, customer: other.customer.tenant },
    { ...refusal, code: 'customer_blocked' },
  )
})

test('a tenant that does not exist is said to be out of the partner’s reach', async () => {
  const refusal = { code: 'customer_blocked', numbers: [90002], says: 'no access' } as const
  await expectRefusedAndUnchanged(stack, { partner, customer: crypto.randomUUID() }, refusal)
})

test('a customer whose tenant lacks the consent needs the operator, and then works', async () => {
  const arm = 'https://management.azure.com'
  const consent = (granted: boolean) =>
    control(`${stack.entra}/_local/consent`, { tenant: customer, resource: arm, granted })
  await consent(false)
  const refusal = { code: 'customer_consent_needed', numbers: [65001], says: 'operator' } as const
  await expectRefusedAndUnchanged(stack, { partner, customer, audience: arm }, refusal)
  await consent(true)
  expectIssued(await partner.ask({ customer, audience: arm }))
})

test('after all that the partner’s own tokens still come', async () => {
  const answer = await partner.ask()
  expectIssued(answer)
  expect(answer.body['scope']).toContain('https://graph.microsoft.com/')
})
