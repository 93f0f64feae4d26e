import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addFault, clearFaults } from './support/faults.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { expectRefusal } from './support/refusal.ts'
import { storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
// Longer than any time-out of the broker, shorter than the tests may last.
const hangMs = 18_000
// The time of one request is 15 seconds, whatever hangs and however often it is tried.
const patienceMs = 16_500

const places = ['Microsoft Entra', 'Key Vault', 'Table storage'] as const
const addressOf = {
  'Microsoft Entra': stack.entra,
  'Key Vault': stack.vault,
  'Table storage': stack.tables,
}
const partners = new Map<string, Onboarded>()

beforeAll(async () => {
  for (const place of places) partners.set(place, await onboarded(stack))
})
afterAll(async () => {
  await Promise.all(Object.values(addressOf).map((address) => clearFaults(address)))
})

// Side by side: each waits for as long as the broker is willing to.
describe.concurrent('a hang', () => {
  test.each(places)(
    'of %s ends in time, is retryable and leaves the grant as it was',
    async (place) => {
      const partner = partners.get(place)
      if (!partner) throw new Error('no such partner')
      const before = await storedOf(stack, partner.tenant)
      await addFault(addressOf[place], { match: { path: partner.tenant }, delayMs: hangMs })
      const began = Date.now()
      const answer = await partner.ask()
      expect(Date.now() - began).toBeLessThan(patienceMs)
      expectRefusal(answer, { code: 'upstream_unavailable', says: 'Try again shortly' })
      expect(answer.body.error_description).toContain(place)
      await clearFaults(addressOf[place])
      expect(await storedOf(stack, partner.tenant)).toEqual(before)
      expectIssued(await partner.ask())
    },
  )
})
