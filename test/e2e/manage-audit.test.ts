import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { askToken, type Caller } from './support/ask-token.ts'
import { onboard } from './support/consent-flow.ts'
import { addFault, clearFaults } from './support/faults.ts'
import {
  allPages,
  bodyOf,
  expectProblem,
  manageAs,
  personToken,
  roleToken,
  type Asked,
} from './support/manage-as.ts'
import { audiences, invite, permit } from './support/management.ts'
import { ownCaller, ownPartner, type OwnPartner } from './support/own-partner.ts'

const stack = inject('stack')
let token: string
let caller: Caller
let partner: OwnPartner

beforeAll(async () => {
  token = await roleToken(stack, 'Broker.Manage')
  partner = await ownPartner(stack)
  await onboard(stack, partner, { more: { audiences: [audiences.graph] } })
  caller = await ownCaller(stack, ['Token.Issue'])
  await permit(stack, caller, { partners: [partner.tenant] })
})

const ask = (asked: Asked) => manageAs(stack, token, asked)
const recordsOf = async (query: Record<string, string>) =>
  (await allPages(stack, `/manage/audit?${new URLSearchParams(query).toString()}`)).flat()
const issue = (audience: string) =>
  askToken(stack, { caller, partner: partner.tenant, audience, purpose: 'test' })
const untilRecorded = (correlation: string, count = 1) =>
  expect
    .poll(() => recordsOf({ correlation }), { timeout: 5000, interval: 100 })
    .toHaveLength(count)
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

const idOf = (answer: Response) => answer.headers.get('x-correlation-id') ?? ''

const newPath = () => `/manage/lockdowns/e2e-${randomUUID().slice(0, 8)}`

describe('the record of tokens', () => {
  it('has one for each token, with its hash and without it', async () => {
    const { headers, body } = await issue(audiences.graph)
    const correlation = headers.get('x-correlation-id') ?? ''
    const [record, ...others] = await recordsOf({ correlation })
    expect(others).toEqual([])
    const hash = await crypto.subtle.digest('SHA-256', Buffer.from(body.access_token ?? ''))
    expect(record).toEqual({
      id: expect.any(String),
      at: iso,
      kind: 'token',
      outcome: 'issued',
      correlationId: correlation,
      callerTenant: caller.tenant,
      callerId: caller.clientId,
      partner: partner.tenant,
      audience: audiences.graph,
      scopes: [`${audiences.graph}/.default`],
      purpose: 'test',
      permission: expect.stringMatching(/^test-/),
      address: '127.0.0.1',
      generation: 1,
      tokenHash: Buffer.from(hash).toString('hex'),
      expiresAt: iso,
    })
    expect(JSON.stringify(record)).not.toContain(body.access_token)
  })

  it('has one for each refusal, with its code and the inner reason', async () => {
    const { headers } = await issue(audiences.arm)
    const correlation = headers.get('x-correlation-id') ?? ''
    await untilRecorded(correlation)
    expect(await recordsOf({ correlation })).toMatchObject([
      { outcome: 'refused', code: 'audience_not_consented', reason: 'audience_not_in_grant' },
    ])
  })

  it('is found by partner, by caller, by both and by time, and never by what does not fit', async () => {
    const { headers } = await issue(audiences.graph)
    const id = headers.get('x-correlation-id')
    const own = { partner: partner.tenant, caller: `${caller.tenant}/${caller.clientId}` }
    for (const query of [own, { partner: own.partner }, { caller: own.caller.toUpperCase() }]) {
      const found = await recordsOf(query)
      expect(found.map(({ correlationId }) => correlationId)).toContain(id)
    }
    expect(await recordsOf({ ...own, partner: randomUUID() })).toEqual([])
    const past = { from: '2020-01-01T00:00:00+02:00', to: '2020-01-31T00:00:00Z' }
    expect(await recordsOf({ ...own, ...past })).toEqual([])
  })

  it('is paged, each record once, and later pages are of the same time', async () => {
    await Promise.all(Array.from({ length: 4 }, () => issue(audiences.graph)))
    const path = `/manage/audit?top=2&partner=${partner.tenant}`
    const first = await bodyOf(await ask({ path }), 200)
    const next = new URL(String(first['nextLink'])).searchParams
    expect(next.get('partner')).toBe(partner.tenant)
    expect(Date.parse(next.get('to') ?? '') - Date.parse(next.get('from') ?? '')).toBe(86_400_000)
    const pages = await allPages(stack, path)
    expect(Math.max(...pages.map((page) => page.length))).toBe(2)
    const ids = pages.flat().map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(5)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each([
    ['from', 'from=yesterday'],
    ['to', 'to=2026-01-01'],
    ['from', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['from', 'from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z'],
    ['partner', 'partner=x'],
    ['caller', `caller=${randomUUID().replaceAll(/./g, '0')}`],
    ['correlation', "correlation=x'y"],
    ['top', 'top=1001'],
  ])('refuses a wrong %s by name: %s', async (field, query) => {
    const answer = await ask({ path: `/manage/audit?${query}` })
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
  })

  it('refuses a page token that is none', async () => {
    const answer = await ask({ path: '/manage/audit?after=zzz' })
    await expectProblem(answer, { status: 400, code: 'request_malformed' })
  })
})

describe('the record of changes', () => {
  const body = { scope: 'partner', id: randomUUID(), reason: 'x' }

  it('has a change as soon as it is answered, with who it was', async () => {
    const where = newPath()
    const answer = await ask({ method: 'PUT', path: where, body })
    const manager = stack.callers.find(({ roles }) => roles[0] === 'Broker.Manage')
    expect(await recordsOf({ correlation: idOf(answer) })).toEqual([
      {
        id: expect.any(String),
        at: iso,
        kind: 'management',
        outcome: 'done',
        correlationId: idOf(answer),
        callerTenant: manager?.tenant,
        callerId: manager?.clientId,
        address: '127.0.0.1',
        action: 'PUT /manage/lockdowns/{name}',
        target: where.split('/').at(-1),
      },
    ])
    const removed = await ask({ method: 'DELETE', path: where })
    expect(await recordsOf({ correlation: idOf(removed) })).toMatchObject([
      { outcome: 'done', action: 'DELETE /manage/lockdowns/{name}' },
    ])
  })

  it('has the person, where a person made it', async () => {
    const oid = randomUUID()
    const person = await personToken(stack, { oid })
    const where = newPath()
    const answer = await manageAs(stack, person, { method: 'PUT', path: where, body })
    expect(await recordsOf({ correlation: idOf(answer) })).toMatchObject([
      { personId: oid, callerId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' },
    ])
    await ask({ method: 'DELETE', path: where })
  })

  it('has the partner, where one was invited, revoked or invited again', async () => {
    const { tenant } = await ownPartner(stack)
    const posts: [string, object][] = [
      ['/manage/invitations', { partner: tenant, audiences: [audiences.graph] }],
      [`/manage/partners/${tenant}/reinvite`, {}],
      [`/manage/partners/${tenant}/revoke`, { reason: 'x' }],
    ]
    for (const [where, sent] of posts) {
      expect((await ask({ method: 'POST', path: where, body: sent })).ok).toBe(true)
    }
    const records = await recordsOf({ partner: tenant })
    expect(records.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'POST /manage/invitations',
        'POST /manage/partners/{partner}/reinvite',
        'POST /manage/partners/{partner}/revoke',
      ]),
    )
  })

  it('has what was refused: a malformed body, a lost race, a missing role', async () => {
    const wrong = await ask({ method: 'PUT', path: newPath(), body: {} })
    const absent = await ask({ method: 'DELETE', path: newPath() })
    const reader = await roleToken(stack, 'Broker.Read')
    const roleless = await manageAs(stack, reader, { method: 'PUT', path: newPath(), body })
    const expected = [
      [wrong, { code: 'request_malformed' }],
      [absent, { reason: 'status_404' }],
      [roleless, { code: 'not_permitted', reason: 'role_missing' }],
    ] as const
    for (const [answer, facts] of expected) {
      await untilRecorded(idOf(answer))
      const records = await recordsOf({ correlation: idOf(answer) })
      expect(records).toMatchObject([{ kind: 'management', outcome: 'refused', ...facts }])
    }
  })

  it('has nothing of what only looks', async () => {
    const looking = [
      await ask({ path: '/manage/permissions' }),
      await ask({ method: 'POST', path: '/manage/explain', body: {} }),
    ]
    // Offered records are written in order: once this one is there, earlier ones are too.
    await untilRecorded(idOf(await ask({ method: 'DELETE', path: newPath() })))
    for (const answer of looking) {
      expect(await recordsOf({ correlation: idOf(answer) })).toEqual([])
    }
  })

  it('that cannot be written is told, since the change was made', async () => {
    const { id } = await invite(stack, partner)
    const where = `/manage/invitations/${id}`
    // Of all that this call writes, only the record goes in a transaction.
    await addFault(stack.tables, { match: { path: '$batch' }, status: 503 })
    const answer = await ask({ method: 'DELETE', path: where })
    await clearFaults(stack.tables)
    await expectProblem(answer, { status: 503, code: 'upstream_unavailable', says: 'was made' })
    expect(answer.headers.get('retry-after')).not.toBeNull()
    expect(await bodyOf(await ask({ path: where }), 200)).toMatchObject({ status: 'cancelled' })
  })
})
