import type { Shown } from './command.ts'

/** Rows under headings, for people; a column that no row fills is left out. */
export const table = (rows: readonly object[], columns: readonly string[]): string => {
  const cells = rows.map((row) => new Map(flatten(row)))
  const filled = columns.filter((column) => cells.some((row) => row.has(column)))
  if (rows.length === 0 || filled.length === 0) return 'none'
  const lines = [filled, ...cells.map((row) => filled.map((column) => row.get(column) ?? '-'))]
  const widths = filled.map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One thing, a line for each of its members. */
export const record = (value: unknown): string => {
  const members = flatten(value)
  const width = Math.max(0, ...members.map(([name]) => name.length))
  return members.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n')
}

/** One thing, as it is for programs and as lines for people. */
export const shownRecord = (value: unknown): Shown => ({ json: value, text: record(value) })

const flatten = (value: unknown, name = ''): [string, string][] => {
  if (value === null || value === undefined) return []
  if (typeof value === 'string') return [[name, printable(value)]]
  if (typeof value !== 'object') return [[name, JSON.stringify(value)]]
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    return [[name, printable(value.length === 0 ? 'none' : value.join(', '))]]
  }
  return Object.entries(value).flatMap(([key, member]) =>
    flatten(member, name === '' ? key : `${name}.${key}`),
  )
}

/** Without what could drive a terminal: names and reasons were typed by others. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
