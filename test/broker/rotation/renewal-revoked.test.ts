import { expect, test } from 'vitest'
import { secretNameOf, type Grant } from '../../../shared/broker/grant.ts'
import type { Invitation } from '../../../shared/broker/invitation.ts'
import type { Pace } from '../../../shared/broker/rotation/pace-row.ts'
import type { Revocation } from '../../../shared/broker/revocation.ts'
import { inMemoryPolicy } from '../../contract/in-memory/policy.ts'
import { inMemoryRows } from '../../contract/in-memory/rows.ts'
import { inMemoryVault } from '../in-memory-vault.ts'
import { freshGrant, partner, start } from './grants.ts'
import { openWorld } from './world.ts'

/** A renewal, and what happens in the moment after its row was written. */
const renewing = async (meanwhile: (world: ReturnType<typeof open>) => unknown) => {
  let isStored = false
  const world = open(async () => {
    if (isStored || (await world.grants.read(partner))?.value.generation !== 2) return
    isStored = true
    await meanwhile(world)
  })
  await world.grants.add(freshGrant())
  const outcome = await world.renew(partner)
  return { ...world, outcome, row: (await world.grants.read(partner))?.value }
}

const open = (afterWrite: () => Promise<void>) => {
  const rows = inMemoryRows<Grant>((grant) => grant.partner, { afterWrite })
  const vault = inMemoryVault()
  const { revocations, policy } = inMemoryPolicy()
  const store = {
    ...vault,
    app: 'app',
    grants: rows,
    revocations,
    policy,
    invitations: inMemoryRows<Invitation>(({ id }) => id),
    paces: inMemoryRows<Pace>(({ name }) => name),
  }
  const world = openWorld({
    store,
    clocks: [() => start, () => start],
    pass: () => {},
    atStep: async () => {},
  })
  return { ...world, grants: rows, revocations, vault }
}

// Dated before the renewal began: the clock of whoever revoked is behind.
const revocation: Revocation = {
  v: 1,
  partner,
  generation: 1,
  at: start - 1,
  by: 'x',
  reason: 'x',
  revokedBy: 'operator',
}

test('a revocation that comes while a renewal is stored ends it', async () => {
  const { outcome, row, vault } = await renewing(({ revocations }) => revocations.add(revocation))
  expect(outcome).toEqual({ kind: 'revoked' })
  expect(row).toMatchObject({ status: 'revoked', generation: 2, revokedBy: 'operator' })
  expect([...vault.deleted]).toEqual([secretNameOf({ app: 'app', partner, generation: 2 })])
})

test('and ends it though a rotation has moved the row meanwhile: none stays active without its secret', async () => {
  const { outcome, row } = await renewing(async ({ revocations, instances }) => {
    await revocations.add(revocation)
    await instances[0].rotate(partner)
  })
  expect(outcome).toEqual({ kind: 'revoked' })
  expect(row).toMatchObject({ status: 'revoked', generation: 2 })
})
