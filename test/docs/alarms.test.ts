import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const cwd = fileURLToPath(new URL('../../', import.meta.url))
const textOf = (pattern: string): string =>
  globSync(pattern, { cwd })
    .map((path) => readFileSync(`${cwd}/${path}`, 'utf8'))
    .join('\n')

test('every alarm that the code names is told in a runbook', () => {
  const named = [...textOf('{shared,functions}/**/*.ts').matchAll(/\balarm\('(\w+)'/g)]
  const runbooks = textOf('docs/runbooks/*.md')
  expect(named.length).toBeGreaterThan(10)
  const untold = named.map(([, name = '']) => name).filter((name) => !runbooks.includes(name))
  expect(untold).toEqual([])
})
