import { randomUUID } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { QueueClient } from '@azure/storage-queue'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { auditPartition } from '../../shared/broker/audit.ts'
import { jsonOf, stackOps } from './support/stack-ops.ts'
import { invite, manage } from './support/management.ts'
import { consent } from './support/consent-flow.ts'
import { ownStack, type OwnStack } from './support/own-stack.ts'
import { fireTimer } from './support/rotation.ts'
import { rowsWhere, tableOf } from './support/stored-rows.ts'

// A stack of its own: the roll-up begins with the first hour of the record, and counts whole hours.

const hourMs = 3600_000
const overAt = '2020-01-01T00:00:00.000Z'
const customer = randomUUID()
const hostile = '<script>alert(1)</script>'
let stack: OwnStack

/** A record of three hours ago, as the broker wrote it then. */
const seed = async (record: Record<string, unknown>): Promise<void> => {
  const at = Date.now() - 3 * hourMs
  const id = randomUUID()
  const row = {
    v: 1,
    id,
    at: new Date(at).toISOString(),
    kind: 'token',
    correlationId: randomUUID(),
    callerTenant: stack.caller.tenant,
    callerId: stack.caller.clientId,
    partner: stack.partner,
    audience: 'https://graph.microsoft.com',
    purpose: 'billing',
    ...record,
  }
  const partitionKey = auditPartition(at, 0)
  const rowKey = `${String(at).padStart(15, '0')}-${id}`
  const table = TableClient.fromConnectionString(stack.facts.storage, 'audit')
  await table.createEntity({ partitionKey, rowKey, ...row })
}

const report = z.looseObject({
  partners: z.looseObject({ counted: z.number(), byStatus: z.record(z.string(), z.number()) }),
  tokens: z.looseObject({ total: z.number(), issued: z.array(z.looseObject({})) }),
  refusals: z.array(z.looseObject({})),
  rolledUp: z.looseObject({ through: z.string().optional() }),
})

// At the turn of a month three hours ago was the month before.
const month = new Date(Date.now() - 3 * hourMs).toISOString().slice(0, 7)
const path = `/manage/report?month=${month}`
const reported = async () => report.parse(await (await manage(stack.facts, { path })).json())

beforeAll(async () => {
  stack = await ownStack()
  const { status, heading } = await consent(await invitationOf(stack), stack.ada)
  expect(status, heading).toBe(200)
  for (let count = 0; count < 3; count++) await seed({ outcome: 'issued', permission: 'shop' })
  await seed({ outcome: 'issued', permission: 'shop', customer, purpose: hostile })
  await seed({ outcome: 'refused', code: 'not_permitted', reason: 'no_permission' })
  const over = { partitionKey: '0a', rowKey: '0a', expiresAt: overAt }
  await tableOf(stack.facts, 'sessions').createEntity(over)
  await tableOf(stack.facts, 'attempts').createEntity(over)
  await fireTimer(stack.facts)
  await vi.waitUntil(async () => (await reported()).tokens.total > 0, {
    timeout: 60_000,
    interval: 500,
  })
}, 180_000)
afterAll(() => stack.stop())

it('the run that counts forgets sign-ins that are over, and no others', async () => {
  expect(await rowsWhere(stack.facts, 'sessions', ['expiresAt', overAt])).toEqual([])
  expect(await rowsWhere(stack.facts, 'attempts', ['expiresAt', overAt])).toEqual([])
  expect(await rowsWhere(stack.facts, 'attempts', ['status', 'done'])).toHaveLength(1)
})

describe('the report', () => {
  it('counts tokens by caller, audience and purpose, and refusals by code, as the record has them', async () => {
    const caller = `${stack.caller.tenant}/${stack.caller.clientId}`
    const audience = 'https://graph.microsoft.com'
    expect(await reported()).toMatchObject({
      tokens: {
        total: 4,
        issued: expect.arrayContaining([
          { caller, audience, purpose: 'billing', tokens: 3 },
          { caller, audience, purpose: hostile, tokens: 1 },
        ]),
      },
      refusals: [{ code: 'not_permitted', count: 1 }],
    })
  })

  it('counts partners by status', async () => {
    const { partners } = await reported()
    expect(partners).toMatchObject({ counted: 1, byStatus: { active: 1 } })
  })

  it('counts nothing twice however often the timer runs', async () => {
    const before = await reported()
    await fireTimer(stack.facts)
    await fireTimer(stack.facts)
    await vi.waitUntil(async () => await isQueueEmpty(), { timeout: 30_000, interval: 250 })
    expect((await reported()).tokens).toEqual(before.tokens)
  })

  it('refuses what is no month', async () => {
    const answer = await manage(stack.facts, { path: '/manage/report?month=2026-13' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'request_malformed', field: 'month' })
  })

  it('is printed for an auditor, with the hostile purpose as plain text', async () => {
    const { code, stdout } = await stackOps(stack)(['report', '--month', month])
    expect(code).toBe(0)
    expect(stdout).toContain(`Report for ${month}`)
    expect(stdout).toContain('Tokens issued: 4')
    expect(stdout).toContain('not_permitted')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('of the grants says what is wrong with each, and who must act', async () => {
    const ran = await stackOps(stack)(['report'])
    expect(ran.stdout).toMatch(/^1 partners: .*1 active/)
    expect(ran.stdout).toContain(stack.partner)
    const asJson = jsonOf(
      await stackOps(stack)(['report', '--json']),
      z.looseObject({ grants: z.array(z.looseObject({ status: z.string() })) }),
    )
    expect(asJson.grants).toMatchObject([{ partner: stack.partner, status: 'active' }])
  })
})

/** A fresh invitation of the first partner. */
const invitationOf = async ({ facts, partner }: OwnStack): Promise<string> =>
  (await invite(facts, { tenant: partner, name: 'First partner' })).url

const isQueueEmpty = async (): Promise<boolean> => {
  const queue = new QueueClient(stack.facts.storage, 'usage')
  return (await queue.getProperties()).approximateMessagesCount === 0
}
