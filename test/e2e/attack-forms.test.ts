import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { expectNoToken } from './support/attack-checks.ts'
import { expectNoCalls } from './support/expect-no-calls.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { assertionType } from './support/post-token.ts'
import { jsonOf, rawRequest, type RawAnswer, type RawRequest } from './support/raw-request.ts'
import { newestOf } from './support/recorded.ts'

const stack = inject('stack')
const { graph, arm } = audiences
const formType = { 'content-type': 'application/x-www-form-urlencoded' }

let partner: Onboarded
let own: string
let unknown: string

// A caller who may have the token: each of these attacks would succeed if its guard were missing.
beforeAll(async () => {
  partner = await onboarded(stack)
  const callers = await issuingCallers(stack)
  own = await callerToken(stack, callers.several)
  unknown = await callerToken(stack, callers.unknown)
})

type Pair = [name: string, value: string]

const pairs = (): Pair[] => [
  ['grant_type', 'client_credentials'],
  ['scope', `${graph}/.default`],
  ['client_assertion_type', assertionType],
  ['client_assertion', own],
  ['purpose', 'billing'],
]

const encoded = (form: Pair[]): string => new URLSearchParams(form).toString()

const without = (name: string): Pair[] => pairs().filter(([one]) => one !== name)

const post = (request: Partial<RawRequest> & { query?: string }): Promise<RawAnswer> => {
  const { query = '', headers, ...rest } = request
  return rawRequest(stack.broker, {
    method: 'POST',
    path: `/${partner.tenant}/oauth2/v2.0/token${query}`,
    headers: { ...formType, ...headers },
    body: encoded(pairs()),
    ...rest,
  })
}

const expectMalformed = (answer: RawAnswer): void => {
  expect({ status: answer.status, ...jsonOf(answer) }).toMatchObject({
    status: 400,
    code: 'request_malformed',
  })
  expectNoToken(answer)
}

test('the control of these tests: the plain form gives a token', async () => {
  expect((await post({})).status).toBe(200)
})

describe('a parameter that is sent twice', () => {
  const values: Pair[] = [
    ['grant_type', 'client_credentials'],
    ['scope', `${graph}/.default`],
    ['client_assertion_type', assertionType],
    ['purpose', 'billing'],
    ['client_id', crypto.randomUUID()],
    ['claims', '{}'],
    ['min_lifetime', '60'],
  ]

  test.each(values)('%s, with the same value, is refused', async (name, value) => {
    const form: Pair[] = [...without(name), [name, value], [name, value]]
    expectMalformed(await post({ body: encoded(form) }))
  })

  test.each(values)('%s, empty the other time, is refused', async (name, value) => {
    const [first, last]: Pair[][] = [
      [[name, ''], ...without(name), [name, value]],
      [[name, value], ...without(name), [name, '']],
    ]
    expectMalformed(await post({ body: encoded(first ?? []) }))
    expectMalformed(await post({ body: encoded(last ?? []) }))
  })

  test('client_assertion, another caller’s the other time, is refused', async () => {
    expectMalformed(await post({ body: encoded([...pairs(), ['client_assertion', unknown]]) }))
    expectMalformed(await post({ body: encoded([['client_assertion', unknown], ...pairs()]) }))
  })

  test('purpose, written in escapes the other time, is refused', async () => {
    expectMalformed(await post({ body: `${encoded(pairs())}&%70urpose=support` }))
  })
})

describe('the address', () => {
  test.each(['grant_type', 'scope', 'client_assertion', 'client_assertion_type'])(
    'does not make up for a %s that the form lacks',
    async (name) => {
      const query = `?${encoded(pairs())}`
      const answer = await post({ query, body: encoded(without(name)) })
      expect([400, 401]).toContain(answer.status)
      expectNoToken(answer)
    },
  )

  test('does not make up for a body', async () => {
    expectMalformed(await post({ query: `?${encoded(pairs())}`, body: '' }))
  })

  test('does not change what the form says', async () => {
    const query = `?${encoded([
      ['scope', `${arm}/.default`],
      ['purpose', 'support'],
      ['scope', 'x'],
    ])}`
    expect(jsonOf(await post({ query }))).toMatchObject({
      scope: expect.stringContaining(graph),
    })
  })
})

describe('another spelling of a parameter is another parameter', () => {
  test.each(['Scope', 'SCOPE', 'scope[]', 'scope ', ' scope', 'scope\u0000', 'scope%00'])(
    '%j is no scope',
    async (name) => {
      const form: Pair[] = [...without('scope'), [name, `${graph}/.default`]]
      expectMalformed(await post({ body: encoded(form) }))
    },
  )

  test('semicolons separate nothing', async () => {
    expectMalformed(await post({ body: encoded(pairs()).replaceAll('&', ';') }))
  })
})

const bearerForm = () => encoded(without('client_assertion'))

describe('two proofs of who asks', () => {
  test.each<[string, () => Record<string, string | string[]>]>([
    ['the same as a bearer token', () => ({ authorization: `Bearer ${own}` })],
    ['another caller’s as a bearer token', () => ({ authorization: `Bearer ${unknown}` })],
    ['a name and password', () => ({ authorization: 'Basic YTpi' })],
    ['an empty bearer token', () => ({ authorization: 'Bearer ' })],
    ['a scheme alone', () => ({ authorization: 'Negotiate' })],
  ])('beside the assertion %s is refused', async (_, headers) => {
    expectMalformed(await post({ headers: headers() }))
  })

  test.each<[string, () => string | string[]]>([
    ['two headers', () => [`Bearer ${unknown}`, `Bearer ${own}`]],
    ['two tokens in one', () => `Bearer ${unknown}, Bearer ${own}`],
    ['two tokens by a space', () => `Bearer ${own} ${own}`],
    ['another scheme before', () => `Basic YTpi, Bearer ${own}`],
    ['no scheme', () => own],
    ['a quoted token', () => `Bearer "${own}"`],
  ])('as %s prove nobody', async (_, authorization) => {
    const answer = await post({ body: bearerForm(), headers: { authorization: authorization() } })
    expect([400, 401]).toContain(answer.status)
    expectNoToken(answer)
  })
})

const calls = () => newestOf([stack.entra, stack.vault, stack.tables])

const multipart = () => {
  const parts = pairs().map(
    ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--b--`
}

describe('a body that is not the form', () => {
  test.each<[string, () => Partial<RawRequest>]>([
    ['by its type: JSON', () => ({ headers: { 'content-type': 'application/json' } })],
    ['by its type: text', () => ({ headers: { 'content-type': 'text/plain' } })],
    ['by its type: none', () => ({ headers: { 'content-type': '' } })],
    [
      'by two types',
      () => ({ headers: { 'content-type': ['text/plain', formType['content-type']] } }),
    ],
    [
      'by a type that only begins so',
      () => ({ headers: { 'content-type': `${formType['content-type']}x` } }),
    ],
    ['as JSON', () => ({ body: JSON.stringify(Object.fromEntries(pairs())) })],
    [
      'as JSON that says so',
      () => ({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(pairs())),
      }),
    ],
    [
      'as parts',
      () => ({ headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: multipart() }),
    ],
    ['as parts that say they are a form', () => ({ body: multipart() })],
    [
      'compressed',
      () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(encoded(pairs())) }),
    ],
    ['in UTF-16', () => ({ body: Buffer.from(encoded(pairs()), 'utf16le') })],
    ['in chunks, whose length nobody announced', () => ({ chunked: true })],
    [
      'longer than 64 KB by a field',
      () => ({ body: `${encoded(pairs())}&x=${'x'.repeat(66_000)}` }),
    ],
    ['of a megabyte', () => ({ body: `${'x'.repeat(1_000_000)}&${encoded(pairs())}` })],
    [
      'with a scope that is longer than any',
      () => ({
        body: encoded([...without('scope'), ['scope', `${graph}/a `.repeat(1000)]]),
      }),
    ],
  ])('%s is refused', async (_, request) => {
    expectMalformed(await post(request()))
  })

  test('and is refused before Entra, the vault or a table is asked', async () => {
    await expectNoCalls(calls, async () => {
      expectMalformed(await post({ headers: { 'content-type': 'text/plain' } }))
      expectMalformed(await post({ chunked: true }))
      expectMalformed(await post({ body: 'x'.repeat(70_000) }))
    })
  })
})

describe('another method', () => {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE'])(
    '%s is no route',
    async (method) => {
      const headers = { 'x-http-method-override': 'POST', 'x-http-method': 'POST' }
      const answer = await post({ method, headers })
      expect(answer.status).toBe(404)
      expectNoToken(answer)
    },
  )

  test('a page of another origin is not allowed to ask', async () => {
    const answer = await post({ headers: { origin: 'https://evil.example' } })
    const names = Object.keys(answer.headers)
    expect(names.filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
