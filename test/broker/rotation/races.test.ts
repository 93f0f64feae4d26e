import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { expected } from './invariants.ts'
import { expectForward, expectSound, type Ending } from './race-checks.ts'
import { openRaceWorld, type RaceWorld } from './race-world.ts'
import { asWorker, cycleMs, dayMs, hourMs, isDead, strike, type Trouble } from './world.ts'

const partner = '0f000000-0000-4000-8000-0000000000a1'
const bystander = '0f000000-0000-4000-8000-0000000000a2'

type Act = (world: RaceWorld) => Promise<unknown>

const act = <T>(
  name: string,
  values: fc.Arbitrary<T>,
  run: (world: RaceWorld, value: T) => unknown,
) =>
  values.map((value): Act =>
    Object.assign(async (world: RaceWorld) => run(world, value), {
      [fc.toStringMethod]: () => `${name}(${fc.stringify(value)})`,
    }),
  )
const none = fc.constant(undefined)
const either = fc.constantFrom(0 as const, 1 as const)
const term = fc.constantFrom(8, 365)

const rotating = act('rotate', either, ({ instances }, one) => instances[one].rotate(partner))
const sweeping = act('sweep', either, ({ instances }, one) => instances[one].sweep())
const issuing = act('issue', either, (world, one) => world.issue(partner, one))
const inviting = act('invite', term, (world, days) => world.invite(partner, days))
const renewingAlone = act('renew', either, (world, one) => world.renew(partner, one))
const consenting = act('consent', either, (world, one) => world.consent(partner, one))
const revoking = act(
  'revoke',
  fc.tuple(fc.constantFrom('operator' as const, 'partner' as const), either),
  (world, [by, one]) => world.revoke(partner, by, one),
)
const resealing = act('new key', none, ({ vault }) => vault.rotateKey())
const killing = act('kill', none, (world) => world.kill(partner))
// None ends the shorter term within the five minutes of which the clocks may think differently.
const later = act('later', fc.constantFrom(1, 25, 193), ({ pass }, hours) => pass(hours * hourMs))

const some = (...kinds: fc.Arbitrary<Act>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 3 })
const renewing = fc.oneof(fc.tuple(inviting, consenting), fc.tuple(renewingAlone))

/** Five minutes in either direction, or none: so far the clock of the second instance is off. */
const skews = fc.constantFrom(0, -300_000, 300_000)
const ways = fc.constantFrom<Trouble>('dies', 'fails')

// Beside the one trouble that is certain: in half of the runs none, in the others one step in thirty.
const others = fc.oneof(
  fc.constant<Trouble[]>([]),
  fc.array(
    fc.nat(59).map((value): Trouble => (value === 59 ? 'dies' : value === 58 ? 'fails' : 'none')),
    { minLength: 150, maxLength: 150 },
  ),
)

/** Each actor does one thing after the other; whatever fails or dies, the next thing follows. */
const inTurn = async (world: RaceWorld, acts: readonly Act[]): Promise<void> => {
  for (const one of acts) await asWorker(() => one(world)).catch(expected)
}

/** A partner whose token is due, or nearly, whose earlier generation still waits, and one beside it. */
const prepare = async (world: RaceWorld, { days, hours }: Start): Promise<void> => {
  for (const one of [partner, bystander, bystander, partner]) {
    await world.invite(one, days)
    await world.consent(one)
  }
  world.pass(hours * hourMs)
  await world.invite(partner, days)
}

type Start = { days: number; hours: number }
const starts = fc.record<Start>({ days: term, hours: fc.constantFrom(23, 25) })

type Run = { actors: Act[][]; start: Start; skewMs: number }
type Struck = { at: number; how: Trouble; beside: Trouble[] }

const runsOf = (actors: fc.Arbitrary<Act[][]>) =>
  fc.record<Run>({ actors, start: starts, skewMs: skews })

const play = async (scheduler: fc.Scheduler, run: Run, { at, how, beside }: Struck) => {
  let step = 0
  let isRunning = false
  const world = openRaceWorld(async (name) => {
    if (!isRunning) return
    if (isDead()) return strike('dies')
    const own = step++
    await scheduler.schedule(Promise.resolve(), name)
    strike(own === at ? how : (beside[own] ?? 'none'))
  }, run.skewMs)
  await prepare(world, run.start)
  isRunning = true
  await scheduler.waitFor(Promise.all(run.actors.map((acts) => inTurn(world, acts))))
  isRunning = false
  return world
}

/** What must be so after a run: at once, and when everything of earlier generations may be gone. */
const settle = async (world: RaceWorld, skewMs: number): Promise<Ending> => {
  // A policy snapshot is up to 25 seconds old.
  world.pass(31_000)
  await world.instances[1].sweep()
  const rows = await world.history()
  const ending = await expectSound(world, partner, rows)
  await expectSound(world, bystander, rows)
  expectForward(world, rows, skewMs)
  world.pass(dayMs + cycleMs * 2)
  await world.instances[0].sweep()
  const after = await world.history()
  await expectSound(world, partner, after)
  expect((await world.store.grants.read(partner))?.value.superseded).toBeUndefined()
  expectForward(world, after, skewMs)
  return ending
}

// So many steps most runs have; a worker dies or fails at each of them in turn.
const mostSteps = 60
const runsPerStep = 10

const race = async (lanes: fc.Arbitrary<Act[][]>): Promise<Map<Ending, number>> => {
  const endings = new Map<Ending, number>()
  const one = async (scheduler: fc.Scheduler, run: Run, struck: Struck): Promise<void> => {
    const world = await play(scheduler, run, struck)
    const ending = await settle(world, run.skewMs)
    endings.set(ending, (endings.get(ending) ?? 0) + 1)
  }
  for (let at = 0; at < mostSteps; at++) {
    const struck = fc.record<Struck>({ at: fc.constant(at), how: ways, beside: others })
    const property = fc.asyncProperty(fc.scheduler(), runsOf(lanes), struck, one)
    await fc.assert(property, { numRuns: runsPerStep })
  }
  return endings
}

const lanes = (...all: fc.Arbitrary<readonly Act[]>[]): fc.Arbitrary<Act[][]> =>
  fc.tuple(...all).map((acts) => acts.map((one) => [...one]))

/** A test in which one end was hardly met would show little of it. */
const expectMet = (endings: ReadonlyMap<Ending, number>, ...wanted: Ending[]): void => {
  for (const one of wanted) expect(endings.get(one) ?? 0, one).toBeGreaterThan(2)
}

test('two rotators leave the newest token, and lose nothing', async () => {
  const endings = await race(lanes(some(rotating, sweeping), some(rotating, sweeping, later)))
  expectMet(endings, 'live', 'ended')
  expect(endings.has('revoked')).toBe(false)
}, 60_000)

test('a rotator never undoes a renewal, also of a grant that ends or dies meanwhile', async () => {
  const endings = await race(
    lanes(some(rotating, sweeping), renewing, some(later, sweeping, killing)),
  )
  expectMet(endings, 'live', 'ended', 'dead')
  expect(endings.has('revoked')).toBe(false)
}, 60_000)

test('a rotator never brings back what was revoked', async () => {
  const endings = await race(
    lanes(some(rotating, sweeping), some(revoking), some(rotating, consenting, renewingAlone)),
  )
  expectMet(endings, 'revoked')
}, 60_000)

test('what issuing writes back, seals anew or finds dead undoes none of them', async () => {
  const endings = await race(
    lanes(
      some(issuing, resealing),
      some(issuing, later, killing),
      some(rotating, sweeping),
      some(revoking, inviting, consenting, renewingAlone),
    ),
  )
  expectMet(endings, 'live', 'ended', 'dead', 'revoked')
}, 60_000)
