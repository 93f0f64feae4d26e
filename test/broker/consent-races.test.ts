import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConsentOutcome } from '../../shared/broker/consent-outcome.ts'
import type { Grant } from '../../shared/broker/grant.ts'
import { openConsenting, partner, type Consenting, type Visit } from './consent-fixture.ts'

type Fault = 'dies' | 'fails'
type Plan = {
  /** Whether the partner has a grant already. */
  renews: boolean
  /** Which attempts come back: two of one invitation, one of another; any of them repeatedly. */
  callbacks: ('a1' | 'a2' | 'b1')[]
  /** At which step, counted over all callbacks, a worker dies or a dependency fails. */
  faults: { at: number; how: Fault }[]
}

const plans = fc.record<Plan>({
  renews: fc.boolean(),
  callbacks: fc.array(fc.constantFrom('a1', 'a2', 'b1'), { minLength: 2, maxLength: 5 }),
  faults: fc.uniqueArray(
    fc.record({
      at: fc.integer({ min: 1, max: 60 }),
      how: fc.constantFrom<Fault>('dies', 'fails'),
    }),
    { maxLength: 2, selector: ({ at }) => at },
  ),
})

type Outcome = { visit: Visit; outcome: ConsentOutcome }
type Story = { broker: Consenting; invitations: string[]; outcomes: Outcome[]; faults: number }

/** Plays a plan; `scheduler` decides at every step which callback goes on next. */
const play = async (plan: Plan, scheduler: fc.Scheduler): Promise<Story> => {
  const stage = { isOpen: false, steps: 0 }
  const broker = openConsenting(async (name) => {
    if (!stage.isOpen) return
    const step = ++stage.steps
    const fault = plan.faults.find(({ at }) => at === step)
    await scheduler.schedule(Promise.resolve(), name)
    if (fault?.how === 'dies') await new Promise(() => {})
    if (fault) throw new Error('a dependency failed')
  })
  const old = await broker.invite()
  if (plan.renews) await broker.callback(await broker.begin(old.link))
  const [a, b] = [await broker.invite(), await broker.invite()]
  const visits = {
    a1: await broker.begin(a.link),
    a2: await broker.begin(a.link),
    b1: await broker.begin(b.link),
  }
  const outcomes: Outcome[] = []
  stage.isOpen = true
  for (const name of plan.callbacks) {
    const visit = visits[name]
    broker.callback(visit).then(
      (outcome) => outcomes.push({ visit, outcome }),
      () => {},
    )
  }
  await scheduler.waitIdle()
  stage.isOpen = false
  return { broker, outcomes, invitations: [old.id, a.id, b.id], faults: plan.faults.length }
}

const holds = async ({ broker, outcomes, invitations, faults }: Story): Promise<void> => {
  const { history } = broker
  expect(history.map(({ generation }) => generation)).toEqual(history.map((_, index) => index + 1))
  const made = history.map(({ invitation }) => invitation)
  expect(new Set(made).size, 'one invitation made two grants').toBe(made.length)
  for (const grant of history) {
    expect(await broker.storedToken(grant), 'a row points at no secret').toMatch(/^rt \d+$/)
  }
  for (const id of invitations) {
    const status = (await broker.ports.invitations.read(id))?.value.status
    if (status === 'used') expect(made, 'used without a consent').toContain(id)
  }
  for (const one of outcomes) expect(isTrue(one, history, faults)).toBe(true)
}

/** Whether an outcome tells what became of its attempt. */
const isTrue = ({ visit, outcome }: Outcome, history: Grant[], faults: number): boolean => {
  const isStored = history.some(({ attempt }) => attempt === visit.attempt)
  if (outcome.kind === 'consented') return isStored
  if (!isStored || outcome.kind === 'in_progress' || outcome.kind === 'interrupted') return true
  // The answer to its write was lost, and then a second fault or a later consent hid the row.
  const isHidden = faults > 1 || history.at(-1)?.attempt !== visit.attempt
  return outcome.kind === 'unavailable' && faults > 0 && isHidden
}

const numRuns = 500

test('whatever callbacks come between one another, an invitation makes at most one grant', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
      const story = await play({ ...plan, faults: [] }, scheduler)
      await holds(story)
      expect(story.outcomes).toHaveLength(plan.callbacks.length)
      for (const { visit, outcome } of story.outcomes) {
        if (outcome.kind === 'in_progress') continue
        const again = await story.broker.callback(visit)
        expect(again.kind).toBe(outcome.kind)
      }
      const used = story.broker.history.map(({ invitation }) => invitation)
      for (const id of used) {
        expect((await story.broker.ports.invitations.read(id))?.value.status).toBe('used')
      }
    }),
    { numRuns },
  )
})

test('wherever a worker dies or a dependency fails, the row points at a whole consent and outcomes are true', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
      const story = await play(plan, scheduler)
      await holds(story)
    }),
    { numRuns },
  )
})

test('whatever died, a new invitation consents as if nothing had been', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
      const story = await play(plan, scheduler)
      const { broker } = story
      const visit = await broker.begin((await broker.invite()).link)
      expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
      await holds(story)
      const row = await broker.grants.read(partner)
      expect(row?.value.attempt).toBe(visit.attempt)
      const made = broker.history.map(({ invitation }) => invitation)
      for (const id of made) {
        expect((await broker.ports.invitations.read(id))?.value.status).toBe('used')
      }
    }),
    { numRuns: 150 },
  )
})
