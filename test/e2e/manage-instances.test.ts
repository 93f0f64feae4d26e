import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { StackFacts } from '../../local/stack/stack-facts.ts'
import { askToken, type Caller, type TokenAnswer } from './support/ask-token.ts'
import { onboard } from './support/consent-flow.ts'
import { addFault } from './support/faults.ts'
import { manageAs, roleToken, type Asked } from './support/manage-as.ts'
import { audiences, permit } from './support/management.ts'
import { ownCaller, ownPartner, type OwnPartner } from './support/own-partner.ts'
import { ownStack, type OwnStack } from './support/own-stack.ts'
import { redemptions } from './support/recorded.ts'
import { daysAgo, fireTimer } from './support/rotation.ts'
import { tableOf } from './support/stored-rows.ts'

// Two broker processes on one store: what one of them is told must hold at the other.

const limitMs = 30_000
const testTimeout = 90_000

let stack: OwnStack
let first: StackFacts
let second: StackFacts
let token: string
const subjects: Subject[] = []
const { arm, graph, partnerCenter } = audiences

/** One that no other test takes. */
const takeSubject = (): Subject => {
  const subject = subjects.shift()
  if (!subject) throw new Error('all subjects are taken')
  return subject
}

beforeAll(async () => {
  stack = await ownStack()
  first = stack.facts
  second = { ...first, broker: (await stack.startSecondBroker()).address }
  token = await roleToken(first, 'Broker.Manage')
  // From here on the brokers only issue: nobody asks for their health, and no timer runs.
  await standStill()
  // All at once: each waits until both brokers know its permission.
  const wanted = [arm, arm, graph, partnerCenter, partnerCenter, graph, graph, graph]
  subjects.push(...(await Promise.all(wanted.map(warmSubject))))
}, 120_000)
afterAll(() => stack.stop())

/** As if the timer had last run three hours ago. */
const standStill = async (): Promise<void> => {
  const name = 'heartbeat'
  const heartbeat = { partitionKey: name, rowKey: name, v: 1, name, at: daysAgo(1 / 8) }
  await tableOf(first, 'rotation').upsertEntity(heartbeat, 'Replace')
}

/** The lines of both brokers that hold this text. */
const logged = (text: string): string[] => {
  const folder = join(stack.stateFolder, 'logs')
  const lines = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  return lines.flatMap((file) => file.split('\n')).filter((line) => line.includes(text))
}

const readiness = () =>
  Promise.all(
    [first, second].map(async ({ broker }) => (await fetch(`${broker}/health/ready`)).status),
  )

type Subject = { partner: OwnPartner; caller: Caller; audience: string }

/** A consented partner with a caller of its own, whose token both brokers keep in memory. */
const warmSubject = async (audience: string): Promise<Subject> => {
  const partner = await ownPartner(first)
  await onboard(first, partner)
  const caller = await ownCaller(first, ['Token.Issue'])
  await permit(first, caller)
  const subject = { partner, caller, audience }
  for (const at of [first, second]) await until(() => issue(at, subject), 200)
  return subject
}

const issue = (at: StackFacts, { partner, caller, audience }: Subject): Promise<TokenAnswer> =>
  askToken(at, { caller, partner: partner.tenant, audience, purpose: 'test' })

const until = (ask: () => Promise<TokenAnswer>, expected: number | string) =>
  vi.waitFor(async () => expect(outcomeOf(await ask(), expected)).toBe(expected), {
    timeout: limitMs,
    interval: 100,
  })

const outcomeOf = ({ status, body }: TokenAnswer, expected: number | string) =>
  typeof expected === 'number' ? status : body.code

const manage = async (at: StackFacts, asked: Asked) => {
  const answer = await manageAs(at, token, asked)
  if (!answer.ok) throw new Error(await answer.text())
}

// A broker that changes the policy looks at it again at once, so that only one of them may.
/** A lockdown made at one broker stops the other, and lifted there lets it go on. */
const stopsAndGoesOn = async (
  [at, other]: [StackFacts, StackFacts],
  subject: Subject,
  lockdown: { scope: string; id?: string },
): Promise<void> => {
  const redeemed = await redemptions(first, subject.partner.tenant, 'refresh_token')
  const path = `/manage/lockdowns/stop-${lockdown.scope}`
  const startedAt = Date.now()
  await manage(at, { method: 'PUT', path, body: { ...lockdown, reason: 'a breach' } })
  await until(() => issue(other, subject), 'locked_down')
  await until(() => issue(at, subject), 'locked_down')
  expect(Date.now() - startedAt).toBeLessThan(limitMs)
  await manage(at, { method: 'DELETE', path })
  for (const one of [at, other]) await until(() => issue(one, subject), 200)
  // All of it from memory: the token was there, and was not given.
  expect(await redemptions(first, subject.partner.tenant, 'refresh_token')).toBe(redeemed)
}

describe('a lockdown made on one broker stops the other within 30 seconds, cached tokens included', () => {
  it(
    'of a partner, a caller and an audience, each only what it names',
    async () => {
      const [one, two, three] = [takeSubject(), takeSubject(), takeSubject()]
      const { tenant, clientId } = two.caller
      const bystander = takeSubject()
      await Promise.all([
        stopsAndGoesOn([first, second], one, { scope: 'partner', id: one.partner.tenant }),
        stopsAndGoesOn([first, second], two, { scope: 'caller', id: `${tenant}/${clientId}` }),
        stopsAndGoesOn([first, second], three, { scope: 'audience', id: graph }),
        (async () => {
          for (const at of [first, second, first, second]) {
            expect((await issue(at, bystander)).status).toBe(200)
          }
        })(),
      ])
    },
    testTimeout,
  )

  it(
    'of all',
    async () => {
      const subject = takeSubject()
      await stopsAndGoesOn([second, first], subject, { scope: 'all' })
    },
    testTimeout,
  )
})

const revoke = (at: StackFacts, { partner }: Subject) =>
  manage(at, {
    method: 'POST',
    path: `/manage/partners/${partner.tenant}/revoke`,
    body: { reason: 'a breach' },
  })

describe('a revocation made on one broker', () => {
  it(
    'stops the other within 30 seconds, cached tokens included',
    async () => {
      const subject = takeSubject()
      const redeemed = await redemptions(first, subject.partner.tenant, 'refresh_token')
      const startedAt = Date.now()
      await revoke(first, subject)
      await until(() => issue(second, subject), 'grant_revoked')
      expect(Date.now() - startedAt).toBeLessThan(limitMs)
      expect(await redemptions(first, subject.partner.tenant, 'refresh_token')).toBe(redeemed)
    },
    testTimeout,
  )

  it(
    'stops a mint that is in flight on the other',
    async () => {
      const subject = { ...takeSubject(), audience: arm }
      const { tenant } = subject.partner
      await addFault(first.entra, {
        match: { tenant, grant_type: 'refresh_token' },
        delayMs: 3000,
        times: 1,
      })
      const before = await redemptions(first, tenant, 'refresh_token')
      const asking = issue(second, subject)
      await expect
        .poll(() => redemptions(first, tenant, 'refresh_token'), { timeout: 5000, interval: 25 })
        .toBeGreaterThan(before)
      await revoke(first, subject)
      const { body } = await asking
      expect(body.code).toBe('grant_revoked')
      expect(body.access_token).toBeUndefined()
    },
    testTimeout,
  )
})

describe('a lockdown made on one broker', () => {
  it(
    'stops a mint that is in flight on the other',
    async () => {
      const subject = { ...takeSubject(), audience: arm }
      const { tenant } = subject.partner
      const match = { tenant, grant_type: 'refresh_token' }
      await addFault(first.entra, { match, delayMs: 3000, times: 1 })
      const before = await redemptions(first, tenant, 'refresh_token')
      const asking = issue(second, subject)
      await expect
        .poll(() => redemptions(first, tenant, 'refresh_token'), { timeout: 5000, interval: 25 })
        .toBeGreaterThan(before)
      const path = '/manage/lockdowns/in-flight'
      const body = { scope: 'partner', id: tenant, reason: 'a breach' }
      await manage(first, { method: 'PUT', path, body })
      expect((await asking).body.code).toBe('locked_down')
    },
    testTimeout,
  )
})

describe('a timer that stands still', () => {
  it('is told of by brokers that only issue', async () => {
    await vi.waitFor(() => expect(logged('"alarm_rotation_stalled"')).not.toEqual([]), limitMs)
    // Its event goes the way of all events; this stack has no webhook.
    await vi.waitFor(() => expect(logged('rotation-stalled-')).not.toEqual([]), limitMs)
  })

  it('makes every broker unready until it runs again', async () => {
    await standStill()
    expect(await readiness()).toEqual([503, 503])
    await fireTimer(first)
    expect(await readiness()).toEqual([200, 200])
  })
})
