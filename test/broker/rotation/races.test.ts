import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { secretNameOf, type Grant } from '../../../shared/broker/grant.ts'
import type { Invitation } from '../../../shared/broker/invitation.ts'
import type { Pace } from '../../../shared/broker/rotation/pace-row.ts'
import { inMemoryPolicy } from '../../contract/in-memory/policy.ts'
import { inMemoryRows } from '../../contract/in-memory/rows.ts'
import { inMemoryVault } from '../in-memory-vault.ts'
import { expectForward, expectTold, tokenNumber } from './invariants.ts'
import { asWorker, cycleMs, dayMs, hourMs, isDead, openWorld, strike, type World } from './world.ts'
import type { Trouble } from './world.ts'

const app = 'app'
const partner = '0f000000-0000-4000-8000-0000000000a1'
const bystander = '0f000000-0000-4000-8000-0000000000a2'
const start = Date.parse('2026-03-01T12:00:00Z')

type AtStep = () => Promise<void>

const openInMemory = (atStep: AtStep) => {
  const clock = { now: start }
  // Each look at the clock is a moment of its own, so that nothing happens at the same time.
  const now = () => ++clock.now
  const hooks = { beforeWrite: atStep, afterWrite: atStep }
  const written: Promise<Grant | undefined>[] = []
  const grants = inMemoryRows<Grant>((grant) => grant.partner, {
    ...hooks,
    onWritten: ({ key }) => void written.push(grants.read(key).then((stored) => stored?.value)),
  })
  const vault = inMemoryVault(atStep)
  const store = {
    ...vault,
    ...inMemoryPolicy(hooks),
    app,
    grants,
    invitations: inMemoryRows<Invitation>(({ id }) => id, hooks),
    paces: inMemoryRows<Pace>(({ name }) => name, hooks),
  }
  const pass = (ms: number) => void (clock.now += ms)
  const world = openWorld({ store, now, pass, atStep })
  const history = async () => (await Promise.all(written)).filter((one) => one !== undefined)
  return { ...world, clock, pass, vault, store, history }
}

type InMemory = ReturnType<typeof openInMemory>
type Act = (world: InMemory) => Promise<unknown>

const act = <T>(
  name: string,
  values: fc.Arbitrary<T>,
  run: (world: InMemory, value: T) => unknown,
) =>
  values.map((value): Act =>
    Object.assign(async (world: InMemory) => run(world, value), {
      [fc.toStringMethod]: () => `${name}(${fc.stringify(value)})`,
    }),
  )
const none = fc.constant(undefined)
const either = fc.constantFrom(0 as const, 1 as const)

const rotating = act('rotate', either, ({ instances }, one) => instances[one].rotate(partner))
const sweeping = act('sweep', either, ({ instances }, one) => instances[one].sweep())
const issuing = act('issue', either, (world, one) => world.issue(partner, one))
const inviting = act('invite', none, (world) => world.invite(partner))
const renewingAlone = act('renew', none, (world) => world.renew(partner))
const consenting = act('consent', none, (world) => world.consent(partner))
const revoking = act(
  'revoke',
  fc.constantFrom('operator' as const, 'partner' as const),
  (world, by) => world.revoke(partner, by),
)
const resealing = act('new key', none, ({ vault }) => vault.rotateKey())
const later = act('later', fc.constantFrom(1, 25, 24 * 8), ({ pass }, hours) =>
  pass(hours * hourMs),
)

const some = (...kinds: fc.Arbitrary<Act>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 3 })
const renewing = fc.oneof(fc.tuple(inviting, consenting), fc.tuple(renewingAlone))

// One step in sixteen goes wrong: before the write or after it, and for once or for good.
const troubles = fc.array(
  fc.nat(31).map((value): Trouble => (value === 0 ? 'dies' : value === 1 ? 'fails' : 'none')),
  { minLength: 60, maxLength: 60 },
)

/** Each actor does one thing after the other; whatever fails or dies, the next thing follows. */
const inTurn = async (world: InMemory, acts: readonly Act[]): Promise<void> => {
  for (const one of acts) await asWorker(() => one(world)).catch(() => undefined)
}

/** A partner whose token is due and whose earlier generation still waits, and one beside it. */
const prepare = async (world: World & Pick<InMemory, 'pass'>): Promise<void> => {
  for (const one of [partner, bystander, bystander, partner]) {
    await world.invite(one)
    await world.consent(one)
  }
  world.pass(23 * hourMs)
  await world.invite(partner)
}

const allTold = async (world: InMemory): Promise<Grant[]> => {
  const rows = await world.history()
  expectForward(rows.filter((one) => one.partner === partner))
  expectForward(rows.filter((one) => one.partner === bystander))
  expectTold(rows, world.sent)
  return rows
}

/** What must be so after any run and one quiet sweep. */
const expectSound = async (world: InMemory): Promise<'live' | 'revoked'> => {
  const row = (await world.store.grants.read(partner))?.value
  if (!row) throw new Error('the grant is lost')
  const names = new Set([...world.vault.secrets.keys()].map((one) => one.split('/')[0]))
  const revocation = (await world.store.revocations.read(partner))?.value
  const isVoid = revocation !== undefined && (row.begunAt ?? 0) <= revocation.at
  if (isVoid) expect(row.status).toBe('revoked')
  // A renewal counts any revocation that came while it was under way, also one that is dated before it.
  else if (revocation === undefined) expect(row.status).toBe('active')
  for (let generation = 1; generation <= row.generation; generation++) {
    const isLive = row.status !== 'revoked' && generation === row.generation
    const waits = row.superseded?.some((one) => one.generation === generation) === true
    const held = names.has(secretNameOf({ app, partner, generation }))
    if (isLive) expect(held).toBe(true)
    else if (held) expect(waits).toBe(true)
  }
  expect(row.outbox).toBeUndefined()
  if (row.status === 'revoked') return 'revoked'
  await tokenNumber(world.vault, row)
  await expect(world.issue(partner, 0)).resolves.toBeTruthy()
  return 'live'
}

/** Within one generation no written row points to an older refresh token than the row before. */
const watchTokens = (world: InMemory) => {
  const newest = new Map<string, number>()
  const { write } = world.vault.sealedTokens
  const numbers = new Map<string, number>()
  write.mock.settledResults.forEach(({ type, value }, index) => {
    const [name, sealed] = write.mock.calls[index] ?? []
    if (type === 'fulfilled') numbers.set(`${name}/${value}`, Number(sealed?.split(' ')[2]))
  })
  return (rows: readonly Grant[]) => {
    for (const row of rows) {
      const name = secretNameOf(row)
      const number = numbers.get(`${name}/${row.sealed.secretVersion}`) ?? Number.NaN
      expect(number).toBeGreaterThanOrEqual(newest.get(name) ?? 0)
      newest.set(name, number)
    }
  }
}

const seen = { runs: 0, live: 0, revoked: 0, troubles: 0, writes: 0 }
afterAll(() => console.log('races', seen))

const race = (lanes: fc.Arbitrary<Act[][]>, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), lanes, troubles, async (scheduler, actors, struck) => {
      let step = 0
      let isRunning = false
      const world = openInMemory(async () => {
        if (!isRunning) return
        if (isDead()) return strike('dies')
        const own = step++
        await scheduler.schedule(Promise.resolve(), `step ${own}`)
        const trouble = struck[own] ?? 'none'
        if (trouble !== 'none') seen.troubles++
        strike(trouble)
      })
      await prepare(world)
      isRunning = true
      await scheduler.waitFor(Promise.all(actors.map((acts) => inTurn(world, acts))))
      isRunning = false
      // A policy snapshot is up to 25 seconds old.
      world.pass(31_000)
      await world.instances[1].sweep()
      seen.runs++
      seen[await expectSound(world)]++
      const rows = await allTold(world)
      seen.writes += rows.length
      watchTokens(world)(rows)
      const beside = (await world.store.grants.read(bystander))?.value
      expect(beside?.status).toBe('active')
      if (beside) await tokenNumber(world.vault, beside)
      // And a day later nothing of an earlier generation is left.
      world.pass(dayMs + cycleMs * 2)
      await world.instances[0].sweep()
      await expectSound(world)
      const row = (await world.store.grants.read(partner))?.value
      expect(row?.superseded).toBeUndefined()
      await allTold(world)
    }),
    { numRuns },
  )

const lanes = (...all: fc.Arbitrary<readonly Act[]>[]): fc.Arbitrary<Act[][]> =>
  fc.tuple(...all).map((acts) => acts.map((one) => [...one]))

test(
  'two rotators leave the newest token, and lose nothing',
  () => race(lanes(some(rotating, sweeping), some(rotating, sweeping, later)), 500),
  60_000,
)
test(
  'a rotator never undoes a renewal',
  () => race(lanes(some(rotating, sweeping), renewing, some(later, sweeping)), 500),
  60_000,
)
test(
  'a rotator never brings back what was revoked',
  () =>
    race(
      lanes(some(rotating, sweeping), some(revoking), some(rotating, consenting, renewingAlone)),
      500,
    ),
  60_000,
)
test(
  'what issuing writes back or seals anew undoes none of them',
  () =>
    race(
      lanes(
        some(issuing, resealing),
        some(issuing, later),
        some(rotating, sweeping),
        some(revoking, inviting, consenting, renewingAlone),
      ),
      700,
    ),
  60_000,
)
