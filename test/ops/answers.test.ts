import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificatesIn, type Certificates } from '../../local/kit/certificates.ts'
import { startPart, type LocalAnswer, type LocalPart } from '../../local/kit/part.ts'
import { firstLine, runOps, operatorOf } from './support/run-ops.ts'

// A broker that answers what it is told to, for answers that the real one gives only in trouble.

const folder = mkdtempSync(join(tmpdir(), 'ops-'))
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = {
  tid: 'c0a7e000-0000-4000-8000-0000000000a1',
  scp: 'Manage',
  preferred_username: 'olga@contoso.example',
  roles: ['Broker.Manage'],
}
const token = `${encode({ alg: 'none' })}.${encode(claims)}.signature`

let tls: Certificates
let part: LocalPart
let other: LocalPart
let answer: LocalAnswer
let env: Record<string, string>

beforeAll(async () => {
  tls = await certificatesIn(folder)
  const start = () => startPart({ host: 'localhost', port: 0, tls, answer: () => answer })
  part = await start()
  other = await start()
  env = operatorOf(part, { folder, token, caFile: tls.caFile })
})

afterAll(async () => {
  await Promise.all([part.close(), other.close()])
  rmSync(folder, { recursive: true })
})

const problem = (status: number, body: object, headers = {}): LocalAnswer => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { type: 'about:blank', status, ...body },
})

test('the first line says which person of which tenant, with which roles, and which broker', async () => {
  answer = { status: 200, body: { value: [] } }
  const ran = await runOps(['partners'], { env })
  expect(firstLine(ran)).toBe(
    `Signed in as the person olga@contoso.example of tenant ${claims.tid}, app roles Broker.Manage. Broker: ${part.address}`,
  )
  expect(ran).toMatchObject({ code: 0, stdout: 'none\n' })
})

test('a refusal says what, which field, what to do and the correlation id', async () => {
  answer = problem(400, {
    code: 'request_malformed',
    detail: 'caller must be named',
    field: 'caller',
    correlation_id: 'abc-1',
  })
  const { code, stdout, stderr } = await runOps(['partners'], { env })
  expect(stderr).toContain('Refused: request_malformed (400): caller must be named')
  expect(stderr).toContain('field: caller')
  expect(stderr).toContain('do: correct it and try again')
  expect(stderr).toContain('correlation id: abc-1')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})

test('a refusal that asks for an authentication context names the az login that satisfies it', async () => {
  const challenge = {
    'www-authenticate': 'Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="',
  }
  answer = problem(403, { code: 'not_permitted', detail: 'step up' }, challenge)
  const { code, stderr } = await runOps(['partners'], { env })
  expect(stderr).toMatch(/do: az login .*--claims-challenge eyJhIjoxfQ==/)
  expect(code).toBe(1)
})

test('an answer that is not the broker’s is no success and no absence', async () => {
  answer = { status: 404, body: '' }
  const ran = await runOps(['permissions', 'put', 'x', '--purposes', 'p', '--yes'], { env })
  expect(ran.stderr).toContain('The broker answered 404 without saying why')
  expect(ran.code).toBe(1)
  expect(part.requests().at(-1)?.method).toBe('GET')
})

test('a next page elsewhere is not fetched: the token stays with the broker', async () => {
  answer = {
    status: 200,
    body: { value: [], nextLink: `${other.address}/manage/partners?after=x` },
  }
  const { code, stderr } = await runOps(['partners'], { env })
  expect(stderr).toContain('The next page is said to be elsewhere')
  expect(code).toBe(1)
  expect(other.requests()).toEqual([])
})

test('a redirect is not followed', async () => {
  answer = { status: 307, headers: { location: `${other.address}/manage/partners` } }
  expect((await runOps(['partners'], { env })).code).toBe(1)
  expect(other.requests()).toEqual([])
})

test('what others typed cannot drive the terminal', async () => {
  const escape = '\u001B]0;owned\u0007\u202E'
  answer = { status: 200, body: { value: [{ partner: 'p', displayName: `Fab${escape}rikam` }] } }
  const { stdout } = await runOps(['partners'], { env })
  expect(stdout).toContain('Fab')
  for (const control of escape.match(/[^\]\w;]/g) ?? []) expect(stdout).not.toContain(control)
})

test('a broker that does not answer is named, with the cause', async () => {
  const gone = await startPart({ host: 'localhost', port: 0, tls, answer: () => answer })
  await gone.close()
  const { code, stderr } = await runOps(['partners'], { env: { ...env, BROKER_URL: gone.address } })
  expect(stderr).toContain(`No answer from ${gone.address} (ECONNREFUSED)`)
  expect(code).toBe(1)
})
