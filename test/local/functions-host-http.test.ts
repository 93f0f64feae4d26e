import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAppBench, type Started } from './fixtures/functions-host/app.ts'
import type { Sent } from './fixtures/functions-host/client.ts'

const bench = createAppBench()
afterAll(bench.clean)

const source = `
app.http('echo', { route: 'echo/{id?}', methods: ['GET', 'POST', 'HEAD'], handler: async (request, context) => ({
  jsonBody: {
    url: request.url,
    method: request.method,
    query: Object.fromEntries(request.query),
    values: new URL(request.url).searchParams.getAll('q'),
    headers: Object.fromEntries(request.headers),
    params: request.params,
    body: await request.text(),
    invocationId: context.invocationId,
    functionName: context.functionName,
    hasTriggerMetadata: context.triggerMetadata !== undefined,
    traceParent: context.traceContext.traceParent,
  },
}) })
const answers = {
  undefined: () => undefined,
  null: () => null,
  empty: () => ({}),
  string: () => 'text',
  status199: () => ({ status: 199 }),
  status600: () => ({ status: 600 }),
  created: () => ({ status: 201, body: 'made', headers: { 'x-own': 'yes' } }),
  noContent: () => ({ status: 204, body: 'dropped' }),
  native: () => new Response('native', { status: 202, headers: { 'x-native': 'yes' } }),
  bytes: () => ({ body: new Uint8Array([0, 255, 1]) }),
  redirect: () => ({ status: 303, headers: { location: 'https://127.0.0.1/x' } }),
  twoSetCookies: () => ({ headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2']] }),
  cookies: () => ({ cookies: [
    { name: '__Host-a', value: 'x y=', secure: true, httpOnly: true, sameSite: 'None', path: '/' },
    { name: 'b', value: '2', maxAge: 0, sameSite: 'Lax' },
    { name: 'c', value: '3', expires: new Date(0), domain: 'example.org', path: '/sub' },
    { name: 'd', value: '4', expires: new Date(1000) },
  ] }),
  throws: () => { throw new Error('kaboom with\\na second line') },
  rejects: async () => { throw 'plain text' },
  user: (request) => ({ jsonBody: request.user }),
}
app.http('answer', { route: 'answers/{kind}', handler: (request) => answers[request.params.kind](request) })
`

describe('a request to a local Functions app', () => {
  let host: Started
  beforeAll(async () => {
    host = await bench.start({ source })
  })

  const echo = async (path: string, sent?: Sent) => JSON.parse((await host.send(path, sent)).body)

  it('has an address made of the Host header, path and query', async () => {
    const seen = await echo('/echo/a%20b?x=%20y', { headers: { host: 'broker.example:8443' } })
    expect(seen.url).toBe('https://broker.example:8443/echo/a%20b?x=%20y')
  })

  it('joins the values of one query name, whatever its case, and keeps them apart in the address', async () => {
    const seen = await echo('/echo?q=1&Q=2&empty=&q=3')
    expect(seen.query).toEqual({ q: '1,2,3', empty: '' })
    expect(seen.values).toEqual(['1', '3'])
  })

  it('has its body when the length was announced', async () => {
    expect((await echo('/echo', { method: 'POST', body: 'scope=a&b=é' })).body).toBe('scope=a&b=é')
  })

  it('has an empty body when it was sent in chunks', async () => {
    const seen = await echo('/echo', { method: 'POST', body: 'scope=a', isChunked: true })
    expect(seen.body).toBe('')
  })

  it('loses the body of a GET', async () => {
    expect(await echo('/echo', { body: 'unseen' })).toMatchObject({ method: 'GET', body: '' })
  })

  it('appends the address and port of its peer to whatever the client claimed', async () => {
    const plain = await echo('/echo')
    expect(plain.headers['x-forwarded-for']).toMatch(/^127\.0\.0\.1:\d+$/)
    const forged = await echo('/echo', { headers: { 'x-forwarded-for': '10.0.0.1' } })
    expect(forged.headers['x-forwarded-for']).toMatch(/^10\.0\.0\.1, 127\.0\.0\.1:\d+$/)
  })

  it('says https in x-forwarded-proto, whatever the client claimed', async () => {
    const seen = await echo('/echo', { headers: { 'x-forwarded-proto': 'http' } })
    expect(seen.headers['x-forwarded-proto']).toBe('https')
  })

  it('keeps its other headers', async () => {
    const headers = { authorization: 'Bearer x', 'x-empty': '' }
    expect((await echo('/echo', { headers })).headers).toMatchObject(headers)
  })

  it('comes with an invocation id and a trace of its own, and no trigger metadata', async () => {
    const [one, other] = [await echo('/echo'), await echo('/echo')]
    expect(one.invocationId).toMatch(/^[0-9a-f-]{36}$/)
    expect(one.invocationId).not.toBe(other.invocationId)
    expect(one.traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(one).toMatchObject({ functionName: 'echo', hasTriggerMetadata: false })
  })

  it('is refused with 413 beyond the limit of 104857600 bytes', async () => {
    const beyond = await host.send('/echo', { method: 'POST', announcedBytes: 104_857_601 })
    expect(beyond.status).toBe(413)
    const within = await host.send('/echo', { method: 'POST', body: 'x'.repeat(200_000) })
    expect(within.status).toBe(200)
  })

  it('is refused with 400 when its Host header is no host', async () => {
    const answer = await host.send('/echo', { headers: { host: 'user@evil.example/x' } })
    expect(answer.status).toBe(400)
  })

  it('throws where the platform headers are used without the identity header', async () => {
    const principal = Buffer.from('{"claims":[]}').toString('base64')
    const headers = { 'x-ms-client-principal': principal }
    expect((await host.send('/answers/user', { headers })).status).toBe(500)
  })
})

describe('an answer of a local Functions app', () => {
  let host: Started
  beforeAll(async () => {
    host = await bench.start({ source })
  })

  it('is 204 for undefined and null, and an empty 200 for an empty object', async () => {
    expect(await host.send('/answers/undefined')).toMatchObject({ status: 204, body: '' })
    expect(await host.send('/answers/null')).toMatchObject({ status: 204, body: '' })
    expect(await host.send('/answers/empty')).toMatchObject({ status: 200, body: '' })
  })

  it('is a failure for a string or a status outside 200 to 599', async () => {
    for (const kind of ['string', 'status199', 'status600']) {
      expect(await host.send(`/answers/${kind}`)).toMatchObject({ status: 500, body: '' })
    }
  })

  it('has the status, headers and body given, and no content type by default', async () => {
    const made = await host.send('/answers/created')
    expect(made).toMatchObject({ status: 201, body: 'made', headers: { 'x-own': 'yes' } })
    expect((await host.send('/answers/bytes')).headers['content-type']).toBeUndefined()
    expect((await host.send('/answers/redirect')).headers.location).toBe('https://127.0.0.1/x')
  })

  it('drops the body of a 204', async () => {
    expect(await host.send('/answers/noContent')).toMatchObject({ status: 204, body: '' })
  })

  it('may be a native Response', async () => {
    const native = await host.send('/answers/native')
    expect(native).toMatchObject({ status: 202, body: 'native', headers: { 'x-native': 'yes' } })
  })

  it('keeps only the last of two Set-Cookie headers', async () => {
    expect((await host.send('/answers/twoSetCookies')).headers['set-cookie']).toEqual(['b=2'])
  })

  it('writes each of its cookies, and drops an expiry at the epoch', async () => {
    expect((await host.send('/answers/cookies')).headers['set-cookie']).toEqual([
      '__Host-a=x%20y%3D; path=/; secure; samesite=none; httponly',
      'b=2; max-age=0; path=/; samesite=lax',
      'c=3; domain=example.org; path=/sub',
      'd=4; expires=Thu, 01 Jan 1970 00:00:01 GMT; path=/',
    ])
  })

  it('is an empty 500 for a throw, whose message and stack go to the log in one line', async () => {
    expect(await host.send('/answers/throws')).toMatchObject({ status: 500, body: '' })
    const line = await host.line('kaboom')
    expect(line).toMatch(/^error answer Executed 'Functions.answer' \(Failed, Id=.*kaboom with\\na/)
    expect(line).toContain('index.mjs:')
    expect(await host.send('/answers/rejects')).toMatchObject({ status: 500, body: '' })
    await host.line('plain text')
  })
})
