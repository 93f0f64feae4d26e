import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/security.md', root), 'utf8')

const inCode = [...page.matchAll(/`((?:docs|functions|infra|local|ops|shared|test)\/[^`\s]+)`/g)]
const paths = [...new Set(inCode.map(([, path = '']) => path))]
const links = [...page.matchAll(/\]\((?!https:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => to)

test.each(paths)('%s, which the page names, is there', (path) => {
  expect(existsSync(new URL(path, root))).toBe(true)
})

test.each([...new Set(links)])('the link to %s leads to a file', (link) => {
  expect(existsSync(new URL(link, new URL('docs/', root)))).toBe(true)
})

/** The cells of each row of the table under a heading. */
const rowsOf = (heading: string): string[][] => {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => line.split('|').slice(1, -1))
}

const threats = rowsOf('Threats').map(([, threat = '', , where = '', test_ = '']) => ({
  threat: threat.trim(),
  where,
  tests: test_,
}))

test.each(threats)('against "$threat" a place and a test are named', ({ where, tests }) => {
  expect(where).toMatch(/`(?:functions|infra|shared)\//)
  expect(tests).toMatch(/`test\/[^`]+\.test\.ts`/)
})

const ringing = readFileSync(new URL('infra/modules/activity-alerts.bicep', root), 'utf8')
const querying = readFileSync(new URL('infra/modules/alerts.bicep', root), 'utf8')
const alerts = [...`${querying}${ringing}`.matchAll(/name: '([a-z]+(?:-[a-z]+)+)'/g)].map(
  ([, name = '']) => name,
)

test.each(rowsOf('Who can still obtain tokens').map(([who = '', , seen = '']) => ({ who, seen })))(
  'the alerts that tell of $who are those of the templates',
  ({ seen }) => {
    const named = [...seen.matchAll(/runbooks\/([a-z-]+)\.md/g)].map(([, name = '']) => name)
    expect(alerts).toEqual(expect.arrayContaining(named))
  },
)

test('there are as many rows as an auditor would look for', () => {
  expect(paths.length).toBeGreaterThan(60)
  expect(threats.length).toBeGreaterThan(25)
  expect(rowsOf('Partner security requirements')).toHaveLength(9)
  expect(rowsOf('The Secure Application Model')).toHaveLength(8)
})
