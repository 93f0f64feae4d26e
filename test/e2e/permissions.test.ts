import { beforeEach, describe, expect, inject, test } from 'vitest'
import { callerWithRole } from '../../local/stack/caller-token.ts'
import { audiences, manage, type ManageRequest } from './support/management.ts'

const stack = inject('stack')
const [tenant, clientId, partner] = [1, 2, 3].map(() => crypto.randomUUID())
let name: string

beforeEach(() => {
  name = `test-${crypto.randomUUID()}`
})

const body = {
  caller: { tenant, clientId },
  partners: [partner],
  audiences: [audiences.graph],
  purposes: ['billing'],
}

type More = Omit<ManageRequest, 'path' | 'method'>

const send = (method: string, more: More = {}) =>
  manage(stack, { method, path: `/manage/permissions/${name}`, ...more })

const put = (more: More = {}) => send('PUT', { body, ...more })

const etagOf = (answer: Response): string => answer.headers.get('etag') ?? ''

const expectProblem = async (answer: Response, problem: object): Promise<void> => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const told: unknown = await answer.json()
  expect(told).toMatchObject({ ...problem, status: answer.status })
  expect(told).toMatchObject({
    type: 'about:blank',
    title: expect.any(String),
    detail: expect.any(String),
    correlation_id: answer.headers.get('x-correlation-id'),
  })
}

describe('the life of a permission', () => {
  test('PUT creates it with its defaults, GET shows just that, PUT replaces it, DELETE ends it', async () => {
    const created = await put()
    expect(created.status).toBe(201)
    const view = { name, ...body, customers: 'none', mode: 'enforce' }
    expect(await created.json()).toEqual(view)

    const read = await send('GET')
    expect(read.status).toBe(200)
    expect(await read.json()).toEqual(view)
    expect(etagOf(read)).toBe(etagOf(created))

    const notAfter = '2030-01-31T12:00:00.000Z'
    const replaced = await put({ body: { ...body, purposes: ['support'], notAfter } })
    expect(replaced.status).toBe(200)
    expect(await replaced.json()).toEqual({ ...view, purposes: ['support'], notAfter })
    expect(etagOf(replaced)).not.toBe(etagOf(created))

    expect((await send('DELETE')).status).toBe(204)
    await expectProblem(await send('GET'), { status: 404, code: 'not_found' })
    await expectProblem(await send('DELETE'), { status: 404, code: 'not_found' })
  })

  test('ids and addresses are kept in one spelling', async () => {
    const shouted = {
      ...body,
      caller: { tenant: tenant?.toUpperCase(), clientId: clientId?.toUpperCase() },
      partners: [partner?.toUpperCase()],
      audiences: [`${audiences.graph}/`],
    }
    const answer = await put({ body: shouted })
    expect(await answer.json()).toMatchObject(body)
  })

  test('the list shows it, page by page', async () => {
    await put()
    const names: string[] = []
    let path: string | undefined = '/manage/permissions?top=2'
    while (path !== undefined) {
      const answer = await manage(stack, { path })
      const page: { value: { name: string }[]; nextLink?: string } = JSON.parse(await answer.text())
      expect(page.value.length).toBeLessThanOrEqual(2)
      names.push(...page.value.map((one) => one.name))
      expect(page.nextLink?.startsWith(`${stack.broker}/manage/permissions?`)).not.toBe(false)
      path = page.nextLink?.replace(stack.broker, '')
    }
    expect(names).toContain(name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('ETags', () => {
  const stale = 'W/"datetime\'2020-01-01T00%3A00%3A00.0000000Z\'"'
  const failed = { status: 412, code: 'precondition_failed' }

  test('If-None-Match: * creates once, and then refuses', async () => {
    const headers = { 'if-none-match': '*' }
    expect((await put({ headers })).status).toBe(201)
    await expectProblem(await put({ headers }), failed)
  })

  test('If-Match lets the expected one be replaced, and refuses any other, changing nothing', async () => {
    const created = await put()
    await expectProblem(await put({ headers: { 'if-match': stale } }), failed)
    expect(etagOf(await send('GET'))).toBe(etagOf(created))
    expect((await put({ headers: { 'if-match': etagOf(created) } })).status).toBe(200)
    await expectProblem(await put({ headers: { 'if-match': etagOf(created) } }), failed)
  })

  test.each(['*', stale])('If-Match: %s refuses to create', async (etag) => {
    await expectProblem(await put({ headers: { 'if-match': etag } }), failed)
    expect((await send('GET')).status).toBe(404)
  })

  test('If-Match guards a removal too', async () => {
    const created = await put()
    await expectProblem(await send('DELETE', { headers: { 'if-match': stale } }), failed)
    expect((await send('GET')).status).toBe(200)
    const headers = { 'if-match': etagOf(created) }
    expect((await send('DELETE', { headers })).status).toBe(204)
  })

  test('of ten that replace the same version at once exactly one succeeds', async () => {
    const headers = { 'if-match': etagOf(await put()) }
    const answers = await Promise.all(Array.from({ length: 10 }, () => put({ headers })))
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other)
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)])
  })
})

describe('a body that is wrong is refused by the name of the field', () => {
  test.each<[string, object]>([
    ['caller', { ...body, caller: undefined }],
    ['caller.tenant', { ...body, caller: { tenant: 'fabrikam', clientId } }],
    ['caller.clientId', { ...body, caller: { tenant } }],
    ['caller.name', { ...body, caller: { ...body.caller, name: 'x' } }],
    ['partners', { ...body, partners: [] }],
    ['partners', { ...body, partners: 'all' }],
    ['audiences', { ...body, audiences: [] }],
    ['audiences.0', { ...body, audiences: ['https://graph.windows.net'] }],
    ['customers', { ...body, customers: 'some' }],
    ['purposes', { ...body, purposes: [] }],
    ['purposes.0', { ...body, purposes: ['Billing'] }],
    ['notAfter', { ...body, notAfter: 'tomorrow' }],
    ['mode', { ...body, mode: 'off' }],
    ['audience', { ...body, audience: audiences.graph }],
  ])('%s', async (field, wrong) => {
    const answer = await put({ body: wrong })
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
    expect((await send('GET')).status).toBe(404)
  })

  test.each(['Billing', 'a.b', 'a'.repeat(61)])('name: %s', async (wrong) => {
    name = wrong
    await expectProblem(await put(), { status: 400, code: 'request_malformed', field: 'name' })
  })

  test.each(['', '{', '[]', 'null'])('a body that is no JSON object: "%s"', async (text) => {
    await expectProblem(await put({ body: text }), { status: 400, code: 'request_malformed' })
  })
})

describe('who may', () => {
  test('Broker.Read reads and does not write', async () => {
    const caller = callerWithRole(stack, 'Broker.Read')
    await put()
    expect((await send('GET', { caller })).status).toBe(200)
    expect((await manage(stack, { path: '/manage/permissions', caller })).status).toBe(200)
    await expectProblem(await put({ caller }), { status: 403, code: 'not_permitted' })
    await expectProblem(await send('DELETE', { caller }), { status: 403, code: 'not_permitted' })
  })

  test.each([
    ['a caller with Token.Issue alone', () => callerWithRole(stack, 'Token.Issue'), 403],
    ['a caller without a role', () => stack.callers.find(({ roles }) => roles.length === 0), 403],
    [
      'a caller of another tenant',
      () => stack.callers.find((one) => one.tenant !== stack.brokerTenant),
      401,
    ],
  ])('%s may nothing', async (_, who, status) => {
    const caller = who()
    if (!caller) throw new Error('the directory has no such caller')
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const answer = await (method === 'PUT' ? put({ caller }) : send(method, { caller }))
      await expectProblem(answer, { status })
    }
  })

  test('a request without a token is told how to bring one', async () => {
    const answer = await fetch(`${stack.broker}/manage/permissions/${name}`)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
    await expectProblem(answer, { status: 401, code: 'caller_unauthenticated' })
  })
})
