import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { startPart, type LocalAnswer, type LocalPart } from '../../local/kit/part.ts'
import { runOps, operatorOf } from './support/run-ops.ts'

const folder = mkdtempSync(join(tmpdir(), 'ops-events-'))
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${encode({ alg: 'none' })}.${encode({ tid: 'tenant', roles: ['Broker.Manage'] })}.x`
const idOf = (digit: number) => String(digit).repeat(32)

const failed = [
  { id: idOf(1), kind: 'delivery', queue: 'events', reason: 'timeout' },
  { id: idOf(2), kind: 'unreadable', queue: 'events', reason: 'malformed' },
  { id: idOf(3), kind: 'usage', queue: 'usage', reason: 'poison' },
]

let part: LocalPart
let env: Record<string, string>
beforeAll(async () => {
  const tls = await certificatesIn(folder)
  const answer = ({ method }: { method: string }): LocalAnswer =>
    method === 'GET' ? { status: 200, body: { value: failed } } : { status: 202, body: {} }
  part = await startPart({ host: 'localhost', port: 0, tls, answer })
  env = operatorOf(part, { folder, token, caFile: tls.caFile })
})
afterAll(async () => {
  await part.close()
  rmSync(folder, { recursive: true })
})

test('all failed messages are replayed but those that could never be read', async () => {
  const { code, stdout } = await runOps(['events', 'replay', '--all', '--json'], { env })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ replayed: 2, left: 1, more: false })
  const replayed = part.requests().filter(({ method }) => method === 'POST')
  expect(replayed.map(({ path }) => path)).toEqual(
    [1, 3].map((digit) => `/manage/events/failed/${idOf(digit)}/replay`),
  )
})
