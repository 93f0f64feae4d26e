import { expect, test } from 'vitest'
import type { Source } from './imports.ts'
import {
  breachesOfRoom,
  environmentReads,
  homeless,
  importsOfFunctions,
  importsOfLocalParts,
  rooms,
  sdkImportsOutsideAzure,
} from './rooms.ts'

// The checker itself: each rule must fail on a source that breaks it, and name file and import.

const breachesOf = (path: string, text: string): string[] =>
  rooms
    .filter((room) => path.startsWith(room.path))
    .flatMap((room) => breachesOfRoom(room, [{ path, text }]))

test.each([
  ['functions/broker/token.ts', `import { x } from '../../shared/azure/vault/secrets.ts'`],
  ['functions/broker/token.ts', `import { x } from '../../shared/broker/grant.ts'`],
  ['functions/broker/token.ts', `import { x } from '../onboarding/home.ts'`],
  ['functions/onboarding/home.ts', `import { environment } from '../../shared/config.ts'`],
  ['functions/onboarding/home.ts', `import * as z from 'zod'`],
  ['shared/apps/broker.ts', `import { x } from '../../local/directory.ts'`],
  ['shared/apps/broker.ts', `import { TableClient } from '@azure/data-tables'`],
  ['shared/config.ts', `import { isGuid } from './broker/tenant-id.ts'`],
  ['shared/config.ts', `import { readFileSync } from 'node:fs'`],
  ['shared/http/answer.ts', `import { HttpResponse } from '@azure/functions'`],
  ['shared/http/answer.ts', `import { x } from '../azure/sanitize.ts'`],
  ['shared/http/answer.ts', `import { x } from '../config.ts'`],
  ['shared/broker/grant.ts', `import * as z from 'zod'`],
  ['shared/broker/grant.ts', `import type { JWTPayload } from 'jose'`],
  ['shared/broker/grant.ts', `import { x } from '../azure/sanitize.ts'`],
  ['shared/broker/grant.ts', `import { readFileSync } from 'node:fs'`],
  ['shared/azure/sanitize.ts', `import { x } from '../config.ts'`],
  ['shared/azure/sanitize.ts', `import { x } from '../http/answer.ts'`],
  ['shared/azure/sanitize.ts', `import { app } from '@azure/functions'`],
  ['shared/azure/sanitize.ts', `import { Cron } from 'croner'`],
  ['infra/check/main.ts', `import { x } from '../../shared/apps/broker.ts'`],
])('in %s the line %s is a breach', (path, line) => {
  expect(breachesOf(path, line)).toEqual([expect.stringContaining(`${path} imports `)])
})

test('the message names the file, the import and the rule', () => {
  expect(breachesOf('shared/broker/grant.ts', `import { jwtVerify } from 'jose'`)).toEqual([
    'shared/broker/grant.ts imports jose: shared/broker imports only itself, node:crypto, node:net and lru-cache',
  ])
})

test.each([
  [`import 'jose'`],
  [`import jose from 'jose'`],
  [`import type {\n  A,\n  B,\n} from 'jose'`],
  [`import { a as b, type C } from "jose"`],
  [`import * as jose from 'jose'`],
  [`import jose, { type A } from 'jose'`],
  [`export { a } from 'jose'`],
  [`export type { A } from 'jose'`],
  [`export * from 'jose'`],
  [`export * as jose from 'jose'`],
  [`const a = async () => (await import('jose')).a`],
  [`type A = import('jose').A`],
  [`const a = await import(\n  'jose'\n)`],
  [`const a = require('jose')`],
  [`const a = await import(name)`],
  ['const a = await import(`jose`)'],
])('every form of import is seen: %j', (line) => {
  expect(breachesOf('shared/broker/grant.ts', line)).toHaveLength(1)
})

test('an import in a comment is no import', () => {
  const text = `// import { a } from 'jose'\n/**\n * import { a } from 'jose'\n */\nexport const a = 1`
  expect(breachesOf('shared/broker/grant.ts', text)).toEqual([])
})

test('a file that stands in no room is a breach', () => {
  const source = { path: 'shared/helpers/text.ts', text: '' }
  expect(homeless([source])).toEqual(['shared/helpers/text.ts stands in no room of the table'])
})

const line = (path: string, text: string): Source[] => [{ path, text }]

test.each([
  ['shared/apps/broker.ts', '../../functions/broker/token.ts'],
  ['local/start.ts', '../functions/broker/index.ts'],
  ['functions/onboarding/index.ts', '../broker/token.ts'],
])('%s may not import %s', (path, target) => {
  expect(importsOfFunctions(line(path, `import { x } from '${target}'`))).toHaveLength(1)
})

test.each(['@azure/identity', '@azure/msal-node', 'jose', 'cockatiel', 'applicationinsights'])(
  '%s may not be imported outside shared/azure',
  (name) => {
    const text = `const load = () => import('${name}')`
    expect(sdkImportsOutsideAzure(line('shared/apps/broker.ts', text))).toHaveLength(1)
    expect(sdkImportsOutsideAzure(line('shared/azure/vault/keys.ts', text))).toEqual([])
  },
)

test.each(['../../local/directory.ts', '../../test/e2e/support/stack.ts'])(
  'the product may not import %s',
  (target) => {
    const text = `import { x } from '${target}'`
    expect(importsOfLocalParts(line('shared/azure/sanitize.ts', text))).toHaveLength(1)
  },
)

test.each([
  `const name = process.env.NAME`,
  `const { NAME } = process.env`,
  `const name = process['env'].NAME`,
  `import { env } from 'node:process'`,
])('the environment may not be read by %s', (text) => {
  expect(environmentReads(line('shared/azure/identity.ts', text))).toHaveLength(1)
  expect(environmentReads(line('functions/broker/index.ts', text))).toHaveLength(1)
  expect(environmentReads(line('shared/config.ts', text))).toEqual([])
})
