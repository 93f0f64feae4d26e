import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApps } from '../../build.ts'
import type { HttpFunction } from '../../local/functions-host/app-functions.ts'
import { readOpenapi } from './openapi.ts'
import { httpFunctionsOf, overlap } from './registrations.ts'

const outdir = mkdtempSync(join(tmpdir(), 'routes-'))
const { operations, compiled, contentOf } = readOpenapi(
  new URL('../../docs/openapi.yaml', import.meta.url),
)
let functions: HttpFunction[]

beforeAll(async () => {
  const { broker } = await buildApps(outdir)
  functions = await httpFunctionsOf(broker.folder)
})
afterAll(() => rmSync(outdir, { recursive: true }))

test('no two routes of the broker match one URL and method', () => {
  const pairs = functions.flatMap((one, index) =>
    functions.slice(index + 1).map((other) => [one, other] as const),
  )
  const overlaps = pairs.filter(([one, other]) => overlap(one, other))
  expect(overlaps.map(([one, other]) => `${one.name} and ${other.name}`)).toEqual([])
  expect(functions.length).toBeGreaterThan(20)
})

const getting = (template: string, method = 'GET') => ({ route: template, methods: [method] })

test('the check itself finds what overlaps', () => {
  expect(overlap(getting('manage/{kind}'), getting('manage/audit'))).toBe(true)
  expect(overlap(getting('{a}/v2.0/x'), getting('manage/V2.0/{b}'))).toBe(true)
  expect(overlap(getting('manage/{kind}'), getting('manage/audit', 'POST'))).toBe(false)
  expect(overlap(getting('manage/{kind}'), getting('manage/audit/x'))).toBe(false)
  expect(overlap(getting('manage/audit'), getting('manage/explain'))).toBe(false)
})

test('docs/openapi.yaml has every route of the broker, and no other', () => {
  const registered = functions
    .filter(({ route }) => !route.startsWith('internal/'))
    .flatMap(({ route, methods }) => methods.map((method) => `${method} /${route}`))
  const described = operations.map(({ method, template }) => `${method} ${template}`)
  expect(described.toSorted(byText)).toEqual(registered.toSorted(byText))
})

describe('docs/openapi.yaml', () => {
  test.each(operations.map((one) => [`${one.method} ${one.template}`, one.operation] as const))(
    '%s has schemas that compile and examples that fit them',
    (_, operation) => {
      const statuses = Object.keys(operation.responses).map((status) => Number(status) || 400)
      const contents = [
        operation.requestBody?.content ?? {},
        ...statuses.map((status) => contentOf(operation, status) ?? {}),
      ]
      for (const { schema, examples = {} } of contents.flatMap((one) => Object.values(one))) {
        const validate = compiled(schema)
        for (const { value } of Object.values(examples)) {
          validate(value)
          expect(validate.errors ?? []).toEqual([])
        }
      }
    },
  )

  test('names each operation once', () => {
    const names = operations.map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
  })
})

const byText = (one: string, other: string): number => (one < other ? -1 : 1)
