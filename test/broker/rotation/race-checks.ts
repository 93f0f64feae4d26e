import { expect } from 'vitest'
import { secretNameOf, type Grant } from '../../../shared/broker/grant.ts'
import type { Revocation } from '../../../shared/broker/revocation.ts'
import { expectTold, tokenNumber, watchGrant } from './invariants.ts'
import type { RaceWorld } from './race-world.ts'

export type Ending = 'live' | 'dead' | 'ended' | 'revoked'

/** What must be so of a partner after any run and one quiet sweep. */
export const expectSound = async (
  world: RaceWorld,
  partner: string,
  rows: readonly Grant[],
): Promise<Ending> => {
  const row = (await world.store.grants.read(partner))?.value
  if (!row) throw new Error('the grant is lost')
  const own = rows.filter((one) => one.partner === partner)
  expectNewest(own, row)
  const ending = await endingOf(world, row)
  const revocation = (await world.store.revocations.read(partner))?.value
  expectRevokedRightly(row, revocation, own)
  expectHeld(world, row, ending)
  expect(row.outbox).toBeUndefined()
  if (ending === 'live') await expect(world.issue(partner, 0)).resolves.toBeTruthy()
  return ending
}

/** A grant is revoked exactly when its generation, or the time at which it was begun, was revoked. */
export const expectRevokedRightly = (
  row: Grant,
  revocation: Revocation | undefined,
  own: readonly Grant[],
): void => {
  const isVoid =
    revocation !== undefined &&
    (row.generation <= revocation.generation || (row.begunAt ?? 0) <= revocation.at)
  const isRenewal = own.some(
    ({ generation, invitation }) => generation < row.generation && invitation === row.invitation,
  )
  // Clocks differ: a renewal counts any revocation that came while it was under way.
  const maybe = isRenewal && revocation !== undefined && !isVoid
  if (!maybe) expect(row.status === 'revoked').toBe(isVoid)
}

// No generation that was ever written is newer than the one that stands.
const expectNewest = (own: readonly Grant[], { generation }: Grant): void =>
  expect(generation).toBe(Math.max(...own.map((one) => one.generation)))

/** What became of the grant; what is neither revoked, over nor dead at Entra must be active. */
const endingOf = async (world: RaceWorld, row: Grant): Promise<Ending> => {
  if (row.status === 'revoked') return 'revoked'
  if (world.clock.now >= row.endsAt) {
    expect(row.status).toBe('consent_needed')
    return 'ended'
  }
  const isKilled = world.isKilled(row.partner, await tokenNumber(world.vault, row))
  if (!isKilled) expect(row.status).toBe('active')
  return isKilled ? 'dead' : 'live'
}

/** The live secret is held, and of the others only what the row still knows of. */
const expectHeld = ({ vault, store }: RaceWorld, row: Grant, ending: Ending): void => {
  const names = new Set([...vault.secrets.keys()].map((one) => one.split('/')[0]))
  const isLive = ending === 'live' || ending === 'dead'
  for (let generation = 1; generation <= row.generation; generation++) {
    const waits = row.superseded?.some((one) => one.generation === generation) === true
    const held = names.has(secretNameOf({ app: store.app, partner: row.partner, generation }))
    if (isLive && generation === row.generation) expect(held).toBe(true)
    else if (held) expect(waits).toBe(true)
  }
}

/** What every row that was written satisfies beside the one before it, and what was told of them. */
export const expectForward = (world: RaceWorld, rows: readonly Grant[], skewMs: number): void => {
  for (const own of Map.groupBy(rows, ({ partner }) => partner).values()) {
    expect(own.flatMap(watchGrant(Math.abs(skewMs)))).toEqual([])
  }
  expectTold(rows, world.sent)
  expectTokensForward(world, rows)
}

/** Within one generation no written row points to an older refresh token than the row before. */
const expectTokensForward = (world: RaceWorld, rows: readonly Grant[]): void => {
  const newest = new Map<string, number>()
  const { write } = world.vault.sealedTokens
  const numbers = new Map<string, number>()
  write.mock.settledResults.forEach(({ type, value }, index) => {
    const [name, sealed] = write.mock.calls[index] ?? []
    if (type === 'fulfilled') numbers.set(`${name}/${value}`, Number(sealed?.split(' ')[2]))
  })
  for (const row of rows) {
    const name = secretNameOf(row)
    const number = numbers.get(`${name}/${row.sealed.secretVersion}`) ?? Number.NaN
    expect(number).toBeGreaterThanOrEqual(newest.get(name) ?? 0)
    expect(row.sealed.sealedAt, 'a token is as old as it is').toBe(world.givenAt(number))
    newest.set(name, number)
  }
}
