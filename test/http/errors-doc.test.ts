import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { wire, type WireError } from '../../shared/http/wire.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
const sections = new Map(
  page.split(/^## /m).map((section) => {
    const end = section.indexOf('\n')
    return [section.slice(0, end), section.slice(end)]
  }),
)
const codes = Object.keys(wire)

/** The cells of a code's table, by their column. */
const cellsOf = (code: string): Record<string, string> => {
  const rows = (sections.get(code) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  const [columns = [], , values = []] = rows
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']))
}

const named = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

test('every code of the wire has a heading of its own, and every heading of that form is a code', () => {
  const ofCodes = headings.filter((heading) => /^[a-z_]+$/.test(heading))
  expect(ofCodes.toSorted((one, other) => one.localeCompare(other))).toEqual(
    codes.toSorted((one, other) => one.localeCompare(other)),
  )
})

test('the table of contents leads to every code', () => {
  for (const code of codes) expect(page).toContain(`[${code}](#${code})`)
})

describe.each(Object.entries<WireError>(wire))('%s', (code, row) => {
  const cells = cellsOf(code)

  test('has the status, the party that must act and retryable as on the wire', () => {
    expect([cells['HTTP'], named(cells['who_must_act']), cells['retryable']]).toEqual([
      String(row.status),
      [row.whoMustAct],
      row.retryable ? 'yes' : 'no',
    ])
  })

  test('has the error and the suberror as on the wire', () => {
    // Of this code alone the request itself decides which error it is.
    const more = code === 'request_malformed' ? ['unsupported_grant_type', 'invalid_scope'] : []
    expect(named(cells['error'])).toEqual([row.error, ...more])
    expect(named(cells['suberror'])).toEqual(row.suberror === undefined ? [] : [row.suberror])
  })

  test('says what it means, what each kind of caller sees and what to do', () => {
    for (const label of ['Means', 'Node', '.NET', 'Raw HTTP', 'Do']) {
      expect(sections.get(code)).toContain(`**${label}**: `)
    }
    expect(sections.get(code)).toMatch(new RegExp(`\\*\\*Raw HTTP\\*\\*: .*\\b${row.status}\\b`))
  })
})
