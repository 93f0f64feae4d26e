import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { grantRows } from '../../shared/azure/tables/grants.ts'
import { invitationRows } from '../../shared/azure/tables/invitations.ts'
import { policyTable } from '../../shared/azure/tables/policy.ts'
import { rotationTable } from '../../shared/azure/tables/rotation.ts'
import { secretNameOf, type Grant } from '../../shared/broker/grant.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import type { SealedTokens } from '../../shared/broker/sealed-token.ts'
import { expected, expectTold, tokenNumber } from '../broker/rotation/invariants.ts'
import { expectRevokedRightly } from '../broker/rotation/race-checks.ts'
import {
  asWorker,
  dayMs,
  hourMs,
  isDead,
  openWorld,
  strike,
  type AtStep,
  type Store,
  type World,
} from '../broker/rotation/world.ts'
import { startTables, type LocalTables } from '../contract/local-tables.ts'
import { openVaultDoors, type VaultDoors } from './vault-doors.ts'

// The same races as in memory, on Azurite and the local Key Vault: what interleaves here is real.

const runs = 50
const atOnce = 5
const skewMs = 300_000
const app = randomUUID()

let tables: LocalTables
let vault: VaultDoors
let store: Store
const unreadable = (row: object) => {
  throw new Error(`unreadable: ${JSON.stringify(row)}`)
}

beforeAll(async () => {
  ;[tables, vault] = [await startTables(), await openVaultDoors()]
  await createTables(tables.account)
  store = {
    app,
    ...vault.sealing(),
    ...vault.secrets(),
    grants: grantRows(tables.account, unreadable),
    invitations: invitationRows(tables.account, unreadable),
    ...policyTable(tables.account, unreadable),
    ...rotationTable(tables.account, unreadable),
  }
})
afterAll(() => Promise.all([tables.stop(), vault.stop()]))

const stepping = <T>(rows: Rows<T>, atStep: AtStep, onWritten = (_value: T) => {}): Rows<T> => {
  const around = async <R>(value: T, write: () => Promise<R>): Promise<R> => {
    await atStep('write')
    const written = await write()
    if (written !== 'changed') onWritten(value)
    await atStep('write, done')
    return written
  }
  return {
    ...rows,
    add: (value) => around(value, () => rows.add(value)),
    replace: (value, etag) => around(value, () => rows.replace(value, etag)),
  }
}

const steppingVault = ({ read, write, remove }: SealedTokens, atStep: AtStep): SealedTokens => ({
  read,
  write: async (name, sealed) => {
    await atStep('secret write')
    return write(name, sealed)
  },
  remove: async (name) => {
    await atStep('secret remove')
    return remove(name)
  },
})

type Act = (world: World, partner: string) => Promise<unknown>

/** One partner whose token is due, and workers that meet at it, one in thirty of whose steps goes wrong. */
const race = async (lanes: readonly (readonly Act[])[]): Promise<'live' | 'revoked'> => {
  const partner = randomUUID()
  const written: Grant[] = []
  let offset = 0
  let isRunning = false
  const atStep = async () => {
    if (!isRunning) return
    if (isDead()) return strike('dies')
    await delay(Math.random() * 4)
    const dice = Math.floor(Math.random() * 60)
    strike(dice === 0 ? 'dies' : dice === 1 ? 'fails' : 'none')
  }
  const own: Store = {
    ...store,
    grants: stepping(store.grants, atStep, (grant) => void written.push(grant)),
    invitations: stepping(store.invitations, atStep),
    revocations: stepping(store.revocations, atStep),
    sealedTokens: steppingVault(store.sealedTokens, atStep),
  }
  const now = () => Date.now() + offset
  const pass = (ms: number) => void (offset += ms)
  // Sweeps see this partner alone: the others of this file are under way.
  // The clocks of the two instances differ by five minutes.
  const clocks = [now, () => now() + skewMs] as const
  const world = openWorld({ store: own, clocks, pass, atStep, only: partner })
  await world.invite(partner)
  await world.consent(partner)
  pass(25 * hourMs)
  await world.invite(partner)
  isRunning = true
  await Promise.all(
    lanes.map(async (acts) => {
      for (const one of acts) await asWorker(() => one(world, partner)).catch(expected)
    }),
  )
  isRunning = false
  pass(31_000)
  await world.instances[0].sweep()
  const row = await expectSound(world, partner, written)
  pass(dayMs + hourMs)
  await world.instances[1].sweep()
  await expectSound(world, partner, written)
  return row
}

const expectSound = async (world: World, partner: string, written: readonly Grant[]) => {
  const row = (await store.grants.read(partner))?.value
  if (!row) throw new Error('the grant is lost')
  expect(row.generation).toBe(Math.max(...written.map(({ generation }) => generation)))
  expectTold(written, world.sent)
  const revocation = (await store.revocations.read(partner))?.value
  expectRevokedRightly(row, revocation, written)
  expect(row.status).not.toBe('consent_needed')
  if (row.status !== 'revoked') {
    const number = await tokenNumber(store, row)
    // Each version that a row of this generation ever pointed to is older.
    for (const one of written.filter(({ generation }) => generation === row.generation)) {
      expect(await tokenNumber(store, one)).toBeLessThanOrEqual(number)
    }
    return 'live' as const
  }
  const read = store.sealedTokens.read(secretNameOf(row), row.sealed.secretVersion)
  expect(await read).toBeUndefined()
  return 'revoked' as const
}

const rotate =
  (instance: 0 | 1): Act =>
  ({ instances }, partner) =>
    instances[instance].rotate(partner)
const sweep: Act = ({ instances }) => instances[1].sweep()
const issue: Act = (world, partner) => world.issue(partner, 1)
const renew: Act = async (world, partner) => {
  await world.invite(partner)
  await world.consent(partner)
}
const renewAlone: Act = (world, partner) => world.renew(partner, 1)
const revoke: Act = (world, partner) => world.revoke(partner, 'operator', 1)

/** So that what is not revoked is looked at as often as what is. */
const sometimes =
  (one: Act): Act =>
  async (world, partner) =>
    Math.random() < 0.5 ? one(world, partner) : undefined

const repeat = async (lanes: readonly (readonly Act[])[]) => {
  const ends: string[] = []
  for (let count = 0; count < runs; count += atOnce) {
    ends.push(...(await Promise.all(Array.from({ length: atOnce }, () => race(lanes)))))
  }
  return ends
}

test('two rotators leave the newest token, and lose nothing', async () => {
  const ends = await repeat([[rotate(0)], [rotate(1), sweep]])
  expect(new Set(ends)).toEqual(new Set(['live']))
}, 120_000)

test('a rotator never undoes a renewal', async () => {
  const ends = await repeat([[rotate(0), rotate(0)], [renew, renewAlone], [rotate(1)]])
  expect(new Set(ends)).toEqual(new Set(['live']))
}, 120_000)

test('a rotator never brings back what was revoked', async () => {
  const ends = await repeat([[rotate(0), rotate(0)], [revoke], [rotate(1)]])
  expect(ends).toContain('revoked')
}, 120_000)

test('what issuing writes back undoes none of them', async () => {
  const ends = await repeat([[issue, issue], [rotate(0)], [renew, renewAlone], [sometimes(revoke)]])
  expect(new Set(ends)).toEqual(new Set(['live', 'revoked']))
}, 120_000)
