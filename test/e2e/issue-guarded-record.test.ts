import { createHash } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { askToken, type Caller, type TokenAnswer } from './support/ask-token.ts'
import { auditRows, untilRecorded } from './support/audit-rows.ts'
import { untilLogged } from './support/broker-log.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { postToken } from './support/post-token.ts'
import { expectRefusal } from './support/refusal.ts'
import { rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')
const { graph, arm } = audiences
let callers: Awaited<ReturnType<typeof issuingCallers>>

beforeAll(async () => {
  callers = await issuingCallers(stack)
})

afterEach(async () => {
  await clearFaults(stack.tables)
})

type Fields = Record<string, string>

const ask = ({ tenant: partner }: Onboarded, caller: Caller = callers.any, fields: Fields = {}) =>
  askToken(stack, { caller, partner, audience: graph, fields })

/** The rows of an answer, without what tables add. */
const onRecord = async (answer: TokenAnswer) => {
  const [row, ...more] = await auditRows(stack, answer)
  expect(more).toEqual([])
  return row
}

describe('the purpose is on record', () => {
  test.each<[how: string, purpose: string, asked: { fields?: Fields; purpose?: string }]>([
    ['implied by the permission', 'marketplace', {}],
    ['named in the form', 'billing', { fields: { purpose: 'billing' } }],
    ['named in the authority', 'support', { purpose: 'support' }],
    ['named in both', 'support', { fields: { purpose: 'support' }, purpose: 'support' }],
  ])('%s', async (_, purpose, asked) => {
    const { tenant: partner } = await onboarded(stack)
    const caller = purpose === 'marketplace' ? callers.any : callers.several
    const answer = await askToken(stack, { caller, partner, audience: graph, ...asked })
    expectIssued(answer)
    expect(await onRecord(answer)).toMatchObject({ purpose })
  })

  test('and one that is missing or another is refused, and that is on record', async () => {
    const partner = await onboarded(stack)
    const missing = await ask(partner, callers.several)
    expectRefusal(missing, { code: 'request_malformed', says: 'send one of: billing, support' })
    expect(await untilRecorded(stack, missing)).toMatchObject({ reason: 'purpose_missing' })
    const other = await ask(partner, callers.several, { purpose: 'mining' })
    expectRefusal(other, { code: 'not_permitted', says: 'no permission' })
    expect(await untilRecorded(stack, other)).toMatchObject({
      reason: 'purpose',
      purpose: 'mining',
    })
  })
})

const sha256 = (text = '') => createHash('sha256').update(text).digest('hex')

describe('the record', () => {
  test('of an issued token is there when the answer comes, and holds its hash only', async () => {
    const partner = await onboarded(stack)
    const answer = await partner.ask({ audience: arm, customer: partner.customer.tenant })
    expectIssued(answer)
    const row = await onRecord(answer)
    expect(row).toMatchObject({
      kind: 'token',
      outcome: 'issued',
      callerTenant: stack.brokerTenant,
      callerId: callers.any.clientId,
      partner: partner.tenant,
      customer: partner.customer.tenant,
      audience: arm,
      scopes: JSON.stringify([`${arm}/.default`]),
      purpose: 'marketplace',
      permission: 'e2e-any',
      address: '127.0.0.1',
      generation: 1,
      tokenHash: sha256(answer.body.access_token),
    })
    expect(JSON.stringify(row)).not.toContain(answer.body.access_token)
    await untilLogged(stack, 'token_issued', sha256(answer.body.access_token))
  })

  test('of a cached token is one for each answer', async () => {
    const partner = await onboarded(stack)
    const [first, second] = [await ask(partner), await ask(partner)]
    expect(second.body.access_token).toBe(first.body.access_token)
    expect((await onRecord(first))?.['tokenHash']).toBe((await onRecord(second))?.['tokenHash'])
  })

  test('that cannot be written keeps the token back', async () => {
    const partner = await onboarded(stack)
    expectIssued(await ask(partner))
    await addFault(stack.tables, { match: { table: 'audit' }, status: 503 })
    const refusal = {
      code: 'upstream_unavailable',
      says: 'the token could not be put on record, so it was not given out',
    } as const
    expectRefusal(await ask(partner), refusal)
    expectRefusal(await partner.ask({ audience: arm }), refusal)
    await clearFaults(stack.tables)
    expectIssued(await ask(partner))
  })

  test('whose table refuses us keeps the token back as well', async () => {
    const partner = await onboarded(stack)
    await addFault(stack.tables, { match: { table: 'audit' }, status: 403 })
    expect((await ask(partner)).body).toMatchObject({ code: 'upstream_unavailable' })
  })

  test('of a refusal does not keep the refusal waiting', async () => {
    await addFault(stack.tables, { match: { table: 'audit' }, delayMs: 3000 })
    const began = performance.now()
    const asked = { caller: callers.unknown, partner: crypto.randomUUID(), audience: graph }
    expect((await askToken(stack, asked)).status).toBe(403)
    expect(performance.now() - began).toBeLessThan(2500)
  })

  test('of a refusal names its code and inner reason', async () => {
    const asked = { partner: crypto.randomUUID(), audience: graph }
    const refused = await askToken(stack, { ...asked, caller: callers.unknown })
    expect(await untilRecorded(stack, refused)).toMatchObject({
      outcome: 'refused',
      code: 'not_permitted',
      reason: 'no_permission',
      callerId: callers.unknown.clientId,
      partner: asked.partner,
    })
    const unknownPartner = await askToken(stack, { ...asked, caller: callers.any })
    expect(await untilRecorded(stack, unknownPartner)).toMatchObject({
      code: 'consent_needed',
      reason: 'no_grant',
    })
  })

  test('says what a permission on trial would have decided', async () => {
    const asked = { caller: callers.audited, partner: crypto.randomUUID(), audience: graph }
    const refused = await askToken(stack, asked)
    expect(refused.body.code).toBe('not_permitted')
    const row = await untilRecorded(stack, refused)
    expect(row['trials']).toBe(JSON.stringify(['e2e-audited=allowed']))
  })

  test('has no row of a stranger', async () => {
    const answer = await postToken(stack, 'no.such.token', {})
    expect(answer.status).toBe(401)
    const id = answer.headers.get('x-correlation-id') ?? ''
    await untilLogged(stack, 'refused', id)
    expect(await rowsWhere(stack, 'audit', ['correlationId', id])).toEqual([])
  })
})
