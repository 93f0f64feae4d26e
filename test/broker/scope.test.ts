import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { audiences } from '../../shared/broker/audience.ts'
import { parseScope } from '../../shared/broker/scope.ts'

const graph = 'https://graph.microsoft.com'
const arm = 'https://management.azure.com'
const problemOf = (text: string) => {
  const parsed = parseScope(text)
  return 'problem' in parsed ? parsed.problem : undefined
}
const scopesOf = (text: string) => {
  const parsed = parseScope(text)
  return 'problem' in parsed ? parsed.problem : parsed.scopes
}

test.each(audiences.map(({ resource }) => resource))('%s is issued for', (resource) => {
  expect(parseScope(`${resource}/.default`)).toMatchObject({
    audience: { resource },
    scopes: [`${resource}/.default`],
  })
})

test('OpenID scopes that SDKs add are dropped', () => {
  expect(scopesOf(`openid ${graph}/.default  profile\toffline_access email`)).toEqual([
    `${graph}/.default`,
  ])
})

test('the same scopes in another order, case of the resource or number are the same', () => {
  const one = scopesOf(`${graph}/User.Read ${graph}/Mail.Read`)
  const other = scopesOf(
    `${graph}/Mail.Read HTTPS://Graph.Microsoft.com/User.Read ${graph}//Mail.Read`,
  )
  expect(one).toEqual([`${graph}/Mail.Read`, `${graph}/User.Read`])
  expect(other).toEqual(one)
})

test('two audiences are refused, in any spelling', () => {
  for (const text of [
    `${graph}/.default ${arm}/.default`,
    `${graph}/User.Read ${arm}/user_impersonation`,
    `${arm}/.default\n${graph}/.default openid`,
    `${graph}/.default https://evil.example/.default`,
    `${graph}/.default User.Read`,
  ]) {
    expect(problemOf(text)).toContain('more than one audience')
  }
})

test('https://graph.windows.net is refused by name, as retired', () => {
  for (const text of [
    'https://graph.windows.net/.default',
    'https://graph.windows.net//.default',
    'HTTPS://GRAPH.WINDOWS.NET/User.Read',
  ]) {
    expect(problemOf(text)).toContain('https://graph.windows.net is retired')
  }
})

test.each([
  'https://evil.example/.default',
  'https://graph.microsoft.com.evil.example/.default',
  'https://graph.microsoft.com@evil.example/.default',
  'https://graph.microsoft.com:8443/.default',
  'https://evil.example/https://graph.microsoft.com/.default',
  'https://graph.microsoft.com/v1.0/.default',
  'https://graph.microsoft.com/../.default',
  'http://graph.microsoft.com/.default',
  'graph.microsoft.com/.default',
  'https://graph.microsoft.com%2f/.default',
  '.default',
  'User.Read',
  '/.default',
  '00000003-0000-0000-c000-000000000000/.default',
])('%s is no audience of ours', (text) => {
  expect(problemOf(text)).toContain('does not issue for')
})

test('a scope without an audience, a mixed one and an odd permission are refused', () => {
  expect(problemOf('')).toContain('names no audience')
  expect(problemOf('openid profile')).toContain('names no audience')
  expect(problemOf(`${graph}/.default ${graph}/User.Read`)).toContain('mixes .default')
  for (const odd of ['', 'a b,c', 'é', '%2e', 'a'.repeat(121), '.default?x=1', 'a\u0000']) {
    expect(problemOf(`${graph}/${odd.split(' ')[0]}`) ?? problemOf(`${graph}/${odd}`)).toBeTruthy()
  }
})

const names = new Set(audiences.map(({ resource }) => resource))
const part = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...names, 'https://graph.windows.net', '/.default', '/', ' ', 'User.Read', '.'),
)

test('any text names one audience of ours, with all its scopes, or none', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const parsed = parseScope(parts.join(''))
      if ('problem' in parsed) return
      const { resource } = parsed.audience
      expect(names).toContain(resource)
      expect(parsed.scopes.length).toBeGreaterThan(0)
      for (const scope of parsed.scopes) {
        expect(scope.startsWith(`${resource}/`)).toBe(true)
        expect(scope.slice(resource.length + 1)).toMatch(/^[A-Za-z0-9._-]+$/)
      }
      expect(parseScope(parsed.scopes.join(' '))).toEqual(parsed)
    }),
    { numRuns: 5000 },
  )
})

test('a scope too long for the record is refused', () => {
  const long = Array.from({ length: 200 }, (_, nth) => `https://graph.microsoft.com/A${nth}`)
  expect(parseScope(long.join(' '))).toEqual({ problem: 'scope is longer than 4096 characters' })
  expect(parseScope(long.slice(0, 100).join(' '))).toHaveProperty('scopes.length', 100)
})
