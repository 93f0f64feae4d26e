import { expect, inject, test } from 'vitest'
import { entraError, expectIssued, onboarded } from './support/issuing.ts'
import { manage } from './support/management.ts'

const stack = inject('stack')

test('a partner shows its last use, and a customer that refuses until it works again', async () => {
  const partner = await onboarded(stack)
  const health = async (): Promise<unknown> =>
    (await manage(stack, { path: `/manage/partners/${partner.tenant}` })).json()
  expect(await health()).toMatchObject({ customerTroubles: [] })
  expect(await health()).not.toHaveProperty('lastUsedAt')

  const customer = partner.customer.tenant
  await partner.entraAnswersAtCustomer({
    status: 400,
    body: entraError('invalid_grant', [65001]),
    times: 1,
  })
  expect((await partner.ask({ customer })).status).toBe(400)
  // A refusal does not wait for its record.
  await expect.poll(health, { timeout: 10_000 }).toMatchObject({
    customerTroubles: [{ customer, code: 'customer_consent_needed' }],
  })

  expectIssued(await partner.ask({ customer }))
  expect(await health()).toMatchObject({
    lastUsedAt: expect.stringMatching(/^\d{4}-/),
    customerTroubles: [],
  })
})
