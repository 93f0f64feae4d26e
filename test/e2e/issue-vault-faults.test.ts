import { afterEach, beforeAll, expect, inject, test } from 'vitest'
import type { Fault } from '../../local/kit/faults.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal, type Code } from './support/refusal.ts'
import { storedOf } from './support/stored-grant.ts'

const stack = inject('stack')
let partner: Onboarded

beforeAll(async () => {
  partner = await onboarded(stack)
})
afterEach(() => clearFaults(stack.vault))

type Case = [what: string, fault: Omit<Partial<Fault>, 'match'>, code: Code]
const throttling = { error: { code: 'Throttled', message: 'Request was not processed.' } }
const cases: Case[] = [
  ['429 without Retry-After', { status: 429, body: throttling }, 'throttled'],
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '1' } }, 'throttled'],
  ['429 and no word', { status: 429 }, 'throttled'],
  ['403', { status: 403, body: { error: { code: 'Forbidden' } } }, 'upstream_unavailable'],
  ['500', { status: 500, body: 'oops' }, 'upstream_unavailable'],
  ['HTML', { status: 200, body: '<h1>Proxy</h1>' }, 'upstream_unavailable'],
  ['a closed connection', { drop: true }, 'upstream_unavailable'],
]

// The secret's path holds the partner's id; the key's path is the same for all.
const places = [
  ['secret', () => ({ path: partner.tenant, method: 'GET' })],
  ['key', () => ({ path: '/unwrapkey' })],
] as const

for (const [place, match] of places) {
  test.each(cases)(
    `when the vault answers for the ${place} with %s, the caller is told to come back`,
    async (_, fault, code) => {
      const before = await storedOf(stack, partner.tenant)
      await addFault(stack.vault, { match: match(), ...fault })
      const says = /Key Vault (?:is throttling|did not answer as it should)\. Try again shortly/
      expectRefusal(await partner.ask(), { code, says })
      await clearFaults(stack.vault)
      expect(await storedOf(stack, partner.tenant)).toEqual(before)
    },
  )
}

test('a vault that fails costs no redemption at Entra', async () => {
  const path = `/${partner.tenant}/oauth2/v2.0/token`
  const before = (await recorded(stack.entra, path)).length
  await addFault(stack.vault, { match: { path: partner.tenant }, status: 500 })
  expectRefusal(await partner.ask(), { code: 'upstream_unavailable', says: 'Key Vault' })
  expect((await recorded(stack.entra, path)).length).toBe(before)
})

test('a single failure of the vault is made up for by one retry', async () => {
  const fresh = await onboarded(stack)
  await addFault(stack.vault, {
    match: { path: fresh.tenant, method: 'GET' },
    status: 503,
    times: 1,
  })
  expectIssued(await fresh.ask())
})

test('as soon as the vault answers again a token comes, and then needs no vault', async () => {
  expectIssued(await partner.ask())
  await addFault(stack.vault, { match: {}, status: 500 })
  expectIssued(await partner.ask())
})
