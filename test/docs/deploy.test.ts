import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { commands } from '../../ops/commands.ts'
import { usage } from '../../ops/registrations/usage.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/deploy.md')

const links = [...page.matchAll(/\]\((?!https:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => to)
const inCode = [...page.matchAll(/`((?:docs|infra|ops|shared|test)\/[\w./-]+)`/g)]
const commandLines = [...page.matchAll(/```sh\n([^]*?)```/g)]
  .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
  .map((line) => line.trim())
  .filter((line) => /^(?:az|azd|npm|git|set)\b/.test(line))

test.each([...new Set(links)])('the link to %s leads to a file', (link) => {
  expect(existsSync(new URL(link, new URL('docs/', root)))).toBe(true)
})

test.each([...new Set(inCode.map(([, path = '']) => path))])('%s is there', (path) => {
  expect(existsSync(new URL(path, root))).toBe(true)
})

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))
const named = [...page.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name)

test.each([...new Set(named)])('npm run %s is a script', (name) => {
  expect(Object.keys(scripts)).toContain(name)
})

const opsCommands = [...page.matchAll(/ops -- ([a-z]+)(?: ([a-z]+))?/g)]

test.each(opsCommands.map(([, one = '', two = '']) => [one, `${one} ${two}`]))(
  'ops -- %s is a command',
  (one, two) => {
    expect([one, two].some((name) => Object.hasOwn(commands, name))).toBe(true)
  },
)

const flagsOf = (line: string): string[] =>
  [...line.matchAll(/ (--[a-z-]+)/g)].map(([, flag = '']) => flag)
const registering = [...page.matchAll(/registrations -- [^#`]*/g)].map(([line]) =>
  line.replaceAll('\\\n', ' '),
)

test.each(registering)('%s has only flags that are there', (line) => {
  expect(flagsOf(line).filter((flag) => !usage.includes(flag))).toEqual([])
})

test.each(commandLines)('%s says whether it was tried', (line) => {
  expect(line).toMatch(/# .*\btried\b/)
})

const parameters = read('infra/main.bicep')
const filled = read('infra/main.parameters.json')
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| `(\w+)` +\|/gm)]

test.each(rows.map(([, variable = '', parameter = '']) => ({ variable, parameter })))(
  '$variable fills the parameter $parameter',
  ({ variable, parameter }) => {
    expect(parameters).toMatch(new RegExp(`^param ${parameter} `, 'm'))
    expect(filled).toMatch(new RegExp(`"${parameter}": \\{ "value": "\\$\\{${variable}[}=]`))
  },
)

test('the tables that are read here are there', () => {
  expect(rows.length).toBeGreaterThan(12)
  expect(commandLines.length).toBeGreaterThan(15)
  expect(registering.length).toBeGreaterThan(5)
})
