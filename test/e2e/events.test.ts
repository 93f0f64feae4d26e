import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import type { BrokerEvent } from '../../shared/broker/broker-event.ts'
import type { Received, Receiver } from './support/event-receiver.ts'
import { eventsStack, hookSecret, type EventsStack } from './support/events-stack.ts'
import { allPages, expectProblem, manageAs, roleToken } from './support/manage-as.ts'
import { putMessage } from './support/raw-message.ts'
import { rowsWhere } from './support/stored-rows.ts'
import { jsonOf, listedSchema, stackOps } from './support/stack-ops.ts'

let stack: EventsStack

beforeAll(async () => {
  stack = await eventsStack()
}, 120_000)
afterAll(() => stack.stop())

const waiting = { timeout: 25_000, interval: 50 }
const endsAt = Date.parse('2027-03-01T12:00:00Z')

const anEvent = (changes: Partial<BrokerEvent> = {}): BrokerEvent => {
  const partner = randomUUID()
  return {
    v: 1,
    id: `grant.expiring:${partner}:2:7`,
    type: 'grant.expiring',
    at: Date.parse('2027-02-22T12:00:00.125Z'),
    partner,
    generation: 2,
    displayName: 'Fabrikam',
    contact: 'it@fabrikam.example',
    language: 'nl',
    endsAt,
    daysLeft: 7,
    ...changes,
  }
}

const wireId = ({ id }: BrokerEvent): string => id.replaceAll('.', '_')

const of = (receiver: Receiver, event: BrokerEvent): Received[] =>
  receiver.received.filter(({ headers }) => headers['webhook-id'] === wireId(event))

const until = (receiver: Receiver, event: BrokerEvent, count: number): Promise<Received[]> =>
  vi.waitUntil(() => {
    const found = of(receiver, event)
    return found.length >= count && found
  }, waiting)

/** Fails this event and takes every other one. */
const failing = (event: BrokerEvent, statuses: number[], headers?: Record<string, string>) => {
  stack.first.answer((one) => {
    if (one.headers['webhook-id'] !== wireId(event)) return { status: 204 }
    return { status: statuses.shift() ?? 204, ...(headers && { headers }) }
  })
}

const headersOf = ({ headers }: Received) =>
  z.record(z.string(), z.string()).parse(JSON.parse(JSON.stringify(headers)))

const failedOf = async ({ partner }: BrokerEvent) =>
  (await allPages(stack.facts, '/manage/events/failed'))
    .flat()
    .filter((one) => one['partner'] === partner)

const untilFailed = (event: BrokerEvent) =>
  vi.waitUntil(async () => (await failedOf(event))[0], waiting)

const replay = async (id: unknown) =>
  manageAs(stack.facts, await roleToken(stack.facts, 'Broker.Manage'), {
    method: 'POST',
    path: `/manage/events/failed/${String(id)}/replay`,
  })

describe('an event', () => {
  it('reaches each webhook once, as CloudEvents, signed with every secret that is there', async () => {
    const event = anEvent()
    await stack.send(event)
    for (const receiver of [stack.first, stack.second]) {
      const [one] = await until(receiver, event, 1)
      if (!one) throw new Error('nothing came')
      expect(one.path).toBe(`/${hookSecret}?key=${hookSecret}`)
      expect(one.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
      for (const secret of [stack.secrets.newer, stack.secrets.older]) {
        expect(new Webhook(secret).verify(one.body, headersOf(one))).toMatchObject({
          specversion: '1.0',
          id: wireId(event),
          source: stack.facts.broker,
          type: 'grant.expiring',
          subject: event.partner,
          time: '2027-02-22T12:00:00.125Z',
          datacontenttype: 'application/json',
          data: {
            partner: event.partner,
            contact: 'it@fabrikam.example',
            endsAt: '2027-03-01T12:00:00.000Z',
            daysLeft: 7,
            renewUri: `${stack.facts.onboarding}/renew/${event.partner}`,
            message: { subject: expect.stringContaining('eindigt over 7 dagen') },
          },
        })
      }
      expect(one.headers['webhook-signature']?.toString().split(' ')).toHaveLength(2)
    }
    const marker = anEvent()
    await stack.send(marker)
    await until(stack.first, marker, 1)
    expect(of(stack.first, event)).toHaveLength(1)
    expect(of(stack.second, event)).toHaveLength(1)
  })

  it('comes again, the same and newly signed, to the receiver that failed and to no other', async () => {
    const event = anEvent()
    failing(event, [500, 302], { location: `${stack.second.origin}/redirected` })
    await stack.send(event)
    const [one, two, three] = await until(stack.first, event, 3)
    expect([two?.body, three?.body]).toEqual([one?.body, one?.body])
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(900)
    if (!three) throw new Error('nothing came')
    new Webhook(stack.secrets.newer).verify(three.body, headersOf(three))
    expect(of(stack.second, event)).toHaveLength(1)
    expect(stack.second.received.map(({ path }) => path)).not.toContain('/redirected')
    expect(await failedOf(event)).toEqual([])
  })

  it('is kept after the last attempt, and goes out again when it is replayed', async () => {
    const event = anEvent()
    failing(event, [500, 404, 503])
    await stack.send(event)
    const failed = await untilFailed(event)
    expect(failed).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      queue: 'events',
      kind: 'delivery',
      partner: event.partner,
      event: { id: wireId(event), type: 'grant.expiring' },
      host: new URL(stack.first.origin).host,
      attempts: 3,
      reason: 'status_503',
      at: expect.any(String),
    })
    expect(stack.logs()).toContain('alarm_message_failed')
    const answer = await replay(failed['id'])
    expect(answer.status).toBe(202)
    await until(stack.first, event, 4)
    expect(of(stack.second, event)).toHaveLength(1)
    expect(await failedOf(event)).toEqual([])
    await expectProblem(await replay(failed['id']), { status: 404, code: 'not_found' })
  })

  it('is given up at once by a receiver that is gone, and replayed by the command line', async () => {
    const event = anEvent()
    failing(event, [410])
    await stack.send(event)
    const { id } = await untilFailed(event)
    expect(of(stack.first, event)).toHaveLength(1)
    const ops = stackOps(stack)
    const listed = jsonOf(await ops(['events', '--json']), listedSchema)
    expect(listed.value).toContainEqual(expect.objectContaining({ id, reason: 'status_410' }))
    expect(await ops(['events', 'replay', String(id)])).toMatchObject({ code: 0 })
    await until(stack.first, event, 2)
    expect(await failedOf(event)).toEqual([])
  })
})

describe('a message that cannot be handled', () => {
  it.each(['rotation-shards', 'rotation-partners', 'events'])(
    'and was given up by the host is kept: %s',
    async (queue) => {
      const event = anEvent()
      await stack.sendTo(`${queue}-poison`, { ...event })
      const failed = await untilFailed(event)
      expect(failed).toMatchObject({ queue, reason: 'poison' })
      expect(failed['kind']).toBe(queue === 'events' ? 'event' : 'rotation')
    },
  )

  it('since nobody understands it is kept whole, and not replayed', async () => {
    const text = `no event ${hookSecret} ${'x'.repeat(60_000)}`
    await putMessage(stack.facts, 'events', text)
    const failed = await vi.waitUntil(
      async () =>
        (await allPages(stack.facts, '/manage/events/failed'))
          .flat()
          .find(({ kind }) => kind === 'unreadable'),
      waiting,
    )
    expect(failed).toMatchObject({ queue: 'events', reason: 'malformed', attempts: 1 })
    const [row] = await rowsWhere(stack.facts, 'failed', ['id', String(failed['id'])])
    expect(Buffer.from(z.instanceof(Uint8Array).parse(row?.['body'])).toString()).toBe(text)
    await expectProblem(await replay(failed['id']), { status: 409, code: 'conflict' })
  })
})

it('no log and no answer shows an address of a webhook, a secret or a body', async () => {
  const shown = `${stack.logs()}${JSON.stringify(await allPages(stack.facts, '/manage/events/failed'))}`
  expect(shown).toContain('event_delivery')
  expect(shown).toContain('event-signing-absent')
  for (const secret of [hookSecret, ...Object.values(stack.secrets), 'it@fabrikam.example']) {
    expect(shown.includes(secret), 'something was shown').toBe(false)
  }
})
