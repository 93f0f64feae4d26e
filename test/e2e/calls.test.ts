import { beforeAll, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { expectIssued, onboarded } from './support/issuing.ts'
import { postToken } from './support/post-token.ts'
import { recorded, type Recorded } from './support/recorded.ts'

const stack = inject('stack')
const parts = { entra: stack.entra, vault: stack.vault, tables: stack.tables }
type Calls = Record<keyof typeof parts, Recorded[]>

let assertion: string
beforeAll(async () => {
  assertion = await callerToken(stack, (await issuingCallers(stack)).any)
})

const soFar = async (): Promise<Calls> => ({
  entra: await recorded(parts.entra, ''),
  vault: await recorded(parts.vault, ''),
  tables: (await recorded(parts.tables, '')).filter(isOfRequest),
})

// Now and then an instance looks by itself whether the timer still runs.
const isOfRequest = ({ path }: Recorded): boolean => !path.includes('/rotation')

/** What the broker asked of each part for one token. */
const callsFor = async (authority: string): Promise<Calls> => {
  const before = await soFar()
  expectIssued(await postToken(stack, assertion, { authority }))
  const after = await soFar()
  return {
    entra: after.entra.slice(before.entra.length),
    vault: after.vault.slice(before.vault.length),
    tables: after.tables.slice(before.tables.length),
  }
}

const counted = ({ entra, vault, tables }: Calls): string =>
  [
    `Entra ${entra.length}`,
    `Key Vault ${vault.length}`,
    `Table storage ${tables.length} (${tables.map(({ method, path }) => `${method} ${tableOf(path)}`).join(', ')})`,
  ].join(', ')

const writesOf = ({ tables }: Calls) => tables.filter(({ method }) => method !== 'GET')

const tableOf = (path: string): string => /\/devstoreaccount1\/(\w+)/.exec(path)?.[1] ?? path

test('a first token costs one redemption at Entra, a second one costs Entra and the vault nothing', async () => {
  const partner = await onboarded(stack)
  const first = await callsFor(partner.tenant)
  const second = await callsFor(partner.tenant)
  console.info(`calls for a first token: ${counted(first)}`)
  console.info(`calls for a second token: ${counted(second)}`)

  expect(first.entra.map(({ form }) => form['grant_type'])).toEqual(['refresh_token'])
  // The secret, the key's unwrapping and, once in the life of a process, two challenges and the key.
  expect(first.vault.length).toBeLessThanOrEqual(6)
  // The policy's epoch and, when it has moved, the policy; the grant to decide and again to redeem;
  // the epoch again once Entra has answered; and the one write, the record.
  expect(first.tables.length).toBeLessThanOrEqual(6)
  expect(writesOf(first)).toHaveLength(1)

  expect(second.entra).toEqual([])
  expect(second.vault).toEqual([])
  // The record, and the policy's epoch at most every 10 seconds.
  expect(second.tables.length).toBeLessThanOrEqual(2)
  expect(writesOf(second)).toHaveLength(1)
})
