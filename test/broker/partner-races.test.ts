import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConsentOutcome } from '../../shared/broker/consent-outcome.ts'
import { isRevoked } from '../../shared/broker/revocation.ts'
import type { PartnerForm } from '../../shared/broker/partner/partner-relay.ts'
import { partner, type Visit } from './consent-fixture.ts'
import { openPartnering, type Partnering } from './partner-fixture.ts'

type Actor = 'renews a' | 'renews b' | 'withdraws a' | 'withdraws b' | 'operator revokes'
type Plan = {
  actors: Actor[]
  /** How far the clock is behind of whoever revokes for the operator. */
  behindMs: number
  /** At which step, counted over all actors, a worker dies or a dependency fails. */
  faults: { at: number; how: 'dies' | 'fails' }[]
}

const plans = fc.record<Plan>({
  actors: fc.array(
    fc.constantFrom<Actor>(
      'renews a',
      'renews b',
      'withdraws a',
      'withdraws b',
      'operator revokes',
    ),
    { minLength: 2, maxLength: 5 },
  ),
  behindMs: fc.constantFrom(0, 5 * 60_000),
  faults: fc.uniqueArray(
    fc.record({
      at: fc.integer({ min: 1, max: 70 }),
      how: fc.constantFrom<'dies' | 'fails'>('dies', 'fails'),
    }),
    { maxLength: 2, selector: ({ at }) => at },
  ),
})

type Told = { visit: Visit; outcome: ConsentOutcome }
type Story = {
  broker: Partnering
  told: Told[]
  /** Withdrawals and revocations that were answered as done. */
  ended: number
}

/** Plays a plan; `scheduler` decides at every step who goes on next. */
const play = async (
  { actors, behindMs, faults }: Plan,
  scheduler: fc.Scheduler,
): Promise<Story> => {
  const stage = { isOpen: false, steps: 0 }
  const broker = await openPartnering(async (name) => {
    if (!stage.isOpen) return
    const step = ++stage.steps
    const fault = faults.find(({ at }) => at === step)
    await scheduler.schedule(Promise.resolve(), name)
    if (fault?.how === 'dies') await new Promise(() => {})
    if (fault) throw new Error('a dependency failed')
  })
  const forms = { a: await broker.openPages(), b: await broker.openPages() }
  const visits = { a: await broker.renewing(forms.a), b: await broker.renewing(forms.b) }
  const story: Story = { broker, told: [], ended: 0 }
  stage.isOpen = true
  for (const actor of actors) act(story, actor, { forms, visits, behindMs })
  await scheduler.waitIdle()
  stage.isOpen = false
  return story
}

type Doors = {
  forms: Record<'a' | 'b', PartnerForm>
  visits: Record<'a' | 'b', Visit>
  behindMs: number
}

// Each runs by the scheduler's steps; one that crashes tells nothing.
const act = (story: Story, actor: Actor, doors: Doors): void => {
  run(story, actor, doors).catch(() => undefined)
}

const run = async (
  story: Story,
  actor: Actor,
  { forms, visits, behindMs }: Doors,
): Promise<void> => {
  const { broker, told } = story
  const which = actor.endsWith('a') ? 'a' : 'b'
  const visit = visits[which]
  if (actor.startsWith('renews')) {
    told.push({ visit, outcome: await broker.callback(visit) })
  } else if (actor === 'operator revokes') {
    await broker.revoke(behindMs)
    story.ended++
  } else {
    const { kind } = await broker.withdraw(forms[which])
    if (kind === 'withdrawn') story.ended++
  }
}

const holds = async ({ broker, told, ended }: Story): Promise<void> => {
  const { history } = broker
  const generations = history.map(({ generation }) => generation)
  expect(generations, 'the generation fell').toEqual(generations.toSorted((a, b) => a - b))
  const attemptOf = new Map(history.map(({ generation, attempt }) => [generation, attempt]))
  const attempts = [...attemptOf.values()]
  expect(new Set(attempts).size, 'one attempt made two grants').toBe(attempts.length)
  const grant = await broker.grantNow()
  const revocation = await broker.revocationNow()
  if (ended > 0) expect(revocation, 'ended without a revocation').toBeDefined()
  // Every sign-in began before: whoever ended the consent ended them all, whatever came between.
  if (revocation) expect(grant && isRevoked(grant, revocation)).toBe(true)
  else expect(grant && (await broker.storedToken(grant))).toMatch(/^rt \d+$/)
  for (const { visit, outcome } of told) {
    if (outcome.kind === 'consented') expect(attempts).toContain(visit.attempt)
  }
}

const numRuns = 250

test('whatever comes between renewals, withdrawals and a revocation, what is ended stays ended', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
      const story = await play({ ...plan, faults: [] }, scheduler)
      await holds(story)
      const renewed = plan.actors.filter((actor) => actor.startsWith('renews'))
      const isEnded = renewed.length < plan.actors.length
      expect(await story.broker.revocationNow()).toEqual(isEnded ? expect.anything() : undefined)
      if (!isEnded) expect(story.told.some(({ outcome }) => isConsent(outcome))).toBe(true)
      const grant = await story.broker.grantNow()
      if (isEnded) {
        expect(grant?.status).toBe('revoked')
        expect(grant && (await story.broker.storedToken(grant))).toBeUndefined()
      }
    }),
    { numRuns },
  )
})

const isConsent = ({ kind }: ConsentOutcome): boolean => kind === 'consented'

test('wherever a worker dies or a dependency fails, what is ended stays ended and the row points at a whole consent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
      await holds(await play(plan, scheduler))
    }),
    { numRuns },
  )
})

test('afterwards the partner renews again, unless an operator ended it: then nobody but he lets her in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
      const story = await play(plan, scheduler)
      const { broker } = story
      const isOperators = (await broker.revocationNow())?.revokedBy === 'operator'
      const form = await broker.openPages()
      const answer = await broker.desk.renew(form)
      expect(answer.kind).toBe(isOperators ? 'not_renewable' : 'started')
      if (isOperators) return
      const outcome = await broker.callback(await broker.renewing(form))
      expect(outcome.kind).toBe('consented')
      const grant = await broker.grantNow()
      expect(grant && isRevoked(grant, await broker.revocationNow())).toBe(false)
      expect(grant && (await broker.storedToken(grant))).toMatch(/^rt \d+$/)
      expect(grant?.partner).toBe(partner)
    }),
    { numRuns: 150 },
  )
})
