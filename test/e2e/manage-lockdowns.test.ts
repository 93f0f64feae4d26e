import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  manageAs,
  allPages,
  bodyOf,
  expectProblem,
  roleToken,
  type Asked,
} from './support/manage-as.ts'
import { audiences } from './support/management.ts'
import { tableOf } from './support/stored-rows.ts'

const stack = inject('stack')
const prefix = `e2e-${randomUUID().slice(0, 8)}`
let token: string

beforeAll(async () => {
  token = await roleToken(stack, 'Broker.Manage')
})
afterAll(async () => {
  const all = (await allPages(stack, '/manage/lockdowns')).flat()
  const own = all.map(({ name }) => String(name)).filter((name) => name.startsWith(prefix))
  await Promise.all(own.map((name) => ask({ method: 'DELETE', path: pathOf(name) })))
})

const ask = (asked: Asked) => manageAs(stack, token, asked)
const pathOf = (name: string) => `/manage/lockdowns/${name}`
const newName = () => `${prefix}-${randomUUID().slice(0, 8)}`
const put = (name: string, body: object, headers?: Record<string, string>) =>
  ask({ method: 'PUT', path: pathOf(name), body, ...(headers && { headers }) })

// Names nobody, so that other tests go on.
const nobody = () => ({ scope: 'partner', id: randomUUID(), reason: 'a test of ours' })

describe('a lockdown', () => {
  it.each([
    ['partner', randomUUID().toUpperCase()],
    ['caller', `${randomUUID()}/${randomUUID()}`.toUpperCase()],
  ])('of a %s is put, read and deleted', async (scope, id) => {
    const name = newName()
    const made = await put(name, { scope, id, reason: 'breach 7' })
    const etag = made.headers.get('etag')
    const { tenant, clientId } = stack.callers.find((one) => one.roles[0] === 'Broker.Manage') ?? {}
    const expected = {
      name,
      scope,
      id: id.toLowerCase(),
      reason: 'breach 7',
      by: `${tenant}/${clientId}`,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    }
    expect(await bodyOf(made, 201)).toEqual(expected)
    const read = await ask({ path: pathOf(name) })
    expect(read.headers.get('etag')).toBe(etag)
    expect(await bodyOf(read, 200)).toEqual(expected)
    expect((await ask({ method: 'DELETE', path: pathOf(name) })).status).toBe(204)
    await expectProblem(await ask({ path: pathOf(name) }), { status: 404, code: 'not_found' })
  })

  it('names an audience in its one spelling', async () => {
    const body = { scope: 'audience', id: `${audiences.graph.toUpperCase()}/`, reason: 'x' }
    // Lifted before any instance looks: other tests go on.
    const name = newName()
    const made = await put(name, body)
    await ask({ method: 'DELETE', path: pathOf(name) })
    expect(await bodyOf(made, 201)).toMatchObject({ id: audiences.graph })
  })

  it('is replaced by a second PUT, which answers 200', async () => {
    const name = newName()
    await put(name, nobody())
    const body = { ...nobody(), reason: 'another reason' }
    expect(await bodyOf(await put(name, body), 200)).toMatchObject(body)
  })

  it.each<[string, string, unknown]>([
    ['scope', 'an unknown scope', { scope: 'tenant', id: randomUUID(), reason: 'x' }],
    ['scope', 'no scope', { reason: 'x' }],
    ['id', 'no id', { scope: 'partner', reason: 'x' }],
    ['id', 'an id that is no tenant', { scope: 'partner', id: 'fabrikam', reason: 'x' }],
    ['id', 'a caller without its tenant', { scope: 'caller', id: randomUUID(), reason: 'x' }],
    ['id', 'a caller of three parts', { scope: 'caller', id: 'a/b/c', reason: 'x' }],
    ['id', 'an audience that is none', { scope: 'audience', id: 'https://x.example', reason: 'x' }],
    ['id', 'an id although it is for all', { scope: 'all', id: randomUUID(), reason: 'x' }],
    ['reason', 'no reason', { scope: 'all' }],
    ['reason', 'a reason of two lines', { scope: 'all', reason: 'one\ntwo' }],
    ['until', 'an unknown member', { ...nobody(), until: '2030-01-01T00:00:00Z' }],
  ])('is refused by the field %s: %s', async (field, _, body) => {
    const answer = await put(newName(), JSON.parse(JSON.stringify(body)))
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
  })

  it.each(['Upper', 'under_score', 'x'.repeat(61), '..%2Fpermissions%2Fx'])(
    'is refused by the name %s',
    async (name) => {
      for (const method of ['PUT', 'GET', 'DELETE']) {
        const body = method === 'PUT' ? { body: nobody() } : {}
        const answer = await ask({ method, path: pathOf(name), ...body })
        await expectProblem(answer, { status: 400, code: 'request_malformed', field: 'name' })
      }
    },
  )

  it('that cannot be read can still be lifted', async () => {
    const name = newName()
    await put(name, nobody())
    const row = { partitionKey: 'policy', rowKey: `lockdown:${name}` }
    await tableOf(stack, 'policy').updateEntity({ ...row, v: 9 }, 'Merge')
    await expectProblem(await ask({ path: pathOf(name) }), { status: 500, code: 'internal' })
    expect((await ask({ method: 'DELETE', path: pathOf(name) })).status).toBe(204)
    expect((await ask({ path: pathOf(name) })).status).toBe(404)
  })
})

describe.each([
  ['/manage/lockdowns', nobody],
  [
    '/manage/permissions',
    () => ({
      caller: { tenant: randomUUID(), clientId: randomUUID() },
      partners: [randomUUID()],
      audiences: [audiences.graph],
      purposes: ['billing'],
    }),
  ],
])('conditional requests under %s', (base, body) => {
  const made = async () => {
    const path = `${base}/${newName()}`
    const answer = await ask({ method: 'PUT', path, body: body() })
    return { path, etag: answer.headers.get('etag') ?? '' }
  }
  const failed = { status: 412, code: 'precondition_failed' }
  const when = (headers: Record<string, string>, path: string, method = 'PUT') =>
    ask({ method, path, headers, ...(method === 'PUT' && { body: body() }) })

  it('replace only what is as If-Match says', async () => {
    const { path, etag } = await made()
    const second = await when({ 'if-match': etag }, path)
    expect(second.status).toBe(200)
    expect(second.headers.get('etag')).not.toBe(etag)
    await expectProblem(await when({ 'if-match': etag }, path), failed)
    expect((await when({ 'if-match': `"x", ${second.headers.get('etag')}` }, path)).status).toBe(
      200,
    )
    expect((await when({ 'if-match': '*' }, path)).status).toBe(200)
  })

  it('create nothing under If-Match, and replace nothing under If-None-Match: *', async () => {
    const absent = `${base}/${newName()}`
    await expectProblem(await when({ 'if-match': '*' }, absent), failed)
    expect((await ask({ path: absent })).status).toBe(404)
    expect((await when({ 'if-none-match': '*' }, absent)).status).toBe(201)
    await expectProblem(await when({ 'if-none-match': '*' }, absent), failed)
    await ask({ method: 'DELETE', path: absent })
  })

  it('delete only what is as If-Match says', async () => {
    const { path, etag } = await made()
    await when({}, path)
    await expectProblem(await when({ 'if-match': etag }, path, 'DELETE'), failed)
    const now = (await ask({ path })).headers.get('etag') ?? ''
    expect((await when({ 'if-match': now }, path, 'DELETE')).status).toBe(204)
    await expectProblem(await when({}, path, 'DELETE'), { status: 404, code: 'not_found' })
  })

  it('let one of many racing replacements with one ETag win', async () => {
    const { path, etag } = await made()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => when({ 'if-match': etag }, path)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(7)
    await ask({ method: 'DELETE', path })
  })

  it('are listed page by page, each once', async () => {
    const paths = [await made(), await made(), await made()].map(({ path }) => path)
    const pages = await allPages(stack, `${base}?top=2`)
    expect(Math.max(...pages.map((page) => page.length))).toBe(2)
    const names = pages.flat().map(({ name }) => `${base}/${String(name)}`)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(paths))
    await Promise.all(paths.map((path) => ask({ method: 'DELETE', path })))
  })
})
