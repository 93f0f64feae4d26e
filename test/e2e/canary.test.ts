import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import { beforeAll, expect, test } from 'vitest'
import { collect, keep, leaks, type Canaries, type Place } from './support/canaries.ts'
import { walk } from './support/canary-walk.ts'
import { ownStack, type OwnStack } from './support/own-stack.ts'
import { seeAnswers, type Seen } from './support/seen-answers.ts'
import { rowsWhere } from './support/stored-rows.ts'
import { tapServers, type Tapped } from './support/wire-tap.ts'

const canaries: Canaries = new Map()
const said: string[] = []
let stack: OwnStack
let tapped: Tapped[]
let seen: Seen[]

beforeAll(async () => {
  const tap = tapServers()
  const answers = seeAnswers()
  stack = await ownStack({ onLine: (line) => said.push(line) })
  const walked = await walk(stack)
  tap.stop()
  answers.stop()
  tapped = tap.tapped
  seen = answers.seen
  collect(canaries, tapped)
  for (const url of walked.links) keep(canaries, 'invitation', url.split('/').at(-1))
  for (const cookie of walked.cookies) keep(canaries, 'cookie', cookie.split('=')[1])
  for (const form of walked.forms) keep(canaries, 'form token', form)
  for (const text of walked.planted) keep(canaries, 'planted text', text)
  for (const { clientSecret } of stack.facts.callers) keep(canaries, 'caller secret', clientSecret)
  return stack.stop
}, 180_000)

const isOurs = ({ url }: Seen): boolean =>
  url.startsWith(stack.facts.onboarding) || url.startsWith(stack.facts.broker)

// Its form posts to where it came from.
const isItself = ({ url, status }: Seen): boolean => url.includes('/onboard/') && status === 200

const isPartnerPage = ({ url, status }: Seen): boolean => url.endsWith('/partner') && status === 200

const placesOf = (answers: Seen[]): Place[] =>
  answers.map(({ url, status, text }) => ({
    name: `answer ${status} of ${new URL(url).pathname.slice(0, 12)}…`,
    text,
  }))

test('the walk met every kind of secret, and a leaked one would be found', () => {
  const kinds = [...canaries].map(([kind]) => kind).toSorted((a, b) => a.localeCompare(b))
  expect(kinds).toEqual([
    'access_token',
    'bearer token',
    'caller secret',
    'client_assertion',
    'client_secret',
    'code',
    'code_verifier',
    'content key',
    'cookie',
    'form token',
    'id_token',
    'identity header',
    'invitation',
    'nonce',
    'planted text',
    'refresh_token',
    'sealed token',
    'state',
  ])
  for (const [kind, values] of canaries) {
    for (const value of values) {
      expect(leaks(canaries, [{ name: 'here', text: `x${value}x` }])).toContain(`${kind} in here`)
    }
  }
})

test('no log line and nothing that the stack says holds a secret', () => {
  const folder = join(stack.stateFolder, 'logs')
  const logs = readdirSync(folder).map((name) => ({
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  }))
  expect(logs.map(({ name }) => name)).toEqual(['broker.log', 'onboarding.log'])
  for (const { text } of logs) expect(text).toContain('"correlationId"')
  expect(logs[0]?.text).toContain('token_issued')
  expect(
    leaks(canaries, [...logs, { name: 'what the stack says', text: said.join('\n') }]),
  ).toEqual([])
})

test('no page holds a secret, but for the link of an invitation page to itself, and a form’s own token', () => {
  const pages = seen.filter((one) => isOurs(one) && one.type.startsWith('text/html'))
  expect(pages.length).toBeGreaterThan(10)
  expect(leaks(canaries, placesOf(pages.filter(isItself)), ['invitation'])).toEqual([])
  expect(leaks(canaries, placesOf(pages.filter(isPartnerPage)), ['form token'])).toEqual([])
  const others = pages.filter((one) => !isItself(one) && !isPartnerPage(one))
  expect(leaks(canaries, placesOf(others))).toEqual([])
})

test('no error body holds a secret', () => {
  const errors = seen.filter((one) => isOurs(one) && one.status >= 400)
  const json = errors.filter(({ type }) => type.includes('json'))
  expect(json.length).toBeGreaterThan(15)
  expect(leaks(canaries, placesOf(errors))).toEqual([])
})

test('no header of an answer holds a secret, but for the cookie and the address of the sign-in', () => {
  const answers = seen.filter(isOurs)
  const all = answers.map(({ headers, url }) => ({
    name: `headers of ${new URL(url).pathname.slice(0, 12)}…`,
    text: headers.replaceAll(/^set-cookie: .*$/gm, ''),
  }))
  expect(leaks(canaries, all, ['state', 'nonce'])).toEqual([])
})

test('no table row holds a secret, but for nonce and verifier of an attempt under way', async () => {
  const places: Place[] = []
  const service = TableServiceClient.fromConnectionString(stack.facts.storage)
  for await (const { name = '' } of service.listTables()) {
    const rows: string[] = []
    for await (const row of TableClient.fromConnectionString(
      stack.facts.storage,
      name,
    ).listEntities()) {
      const isUnderWay = name === 'attempts' && row['status'] === 'open'
      const hidden = isUnderWay ? { nonce: '', codeVerifier: '' } : {}
      rows.push(JSON.stringify({ ...row, ...hidden }))
    }
    places.push({ name: `table ${name}`, text: rows.join('\n') })
  }
  const names = places.filter(({ text }) => text !== '').map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['table attempts', 'table grants', 'table policy']))
  expect(leaks(canaries, places)).toEqual([])
})

test('nonce and verifier are gone from an attempt once its callback was answered', async () => {
  const done = await rowsWhere(stack.facts, 'attempts', ['status', 'done'])
  expect(done.length).toBeGreaterThan(5)
  for (const row of done) expect([row['nonce'], row['codeVerifier']]).toEqual(['', ''])
})

test('the vault keeps no refresh token but sealed, and no other secret of the flow', () => {
  const text = readFileSync(join(stack.stateFolder, 'vault.json'), 'utf8')
  expect(leaks(canaries, [{ name: 'the vault', text }])).toEqual(['sealed token in the vault'])
})

test('no URL holds a secret, but for state and nonce of the sign-in at Entra', () => {
  const urls = tapped.map(({ method, url }) => ({
    name: `${method} ${url.split('?')[0]}`,
    text: url,
  }))
  const signIns = urls.filter(({ name }) => name.endsWith('/oauth2/v2.0/authorize'))
  const others = urls.filter((one) => !signIns.includes(one))
  expect(signIns.length).toBeGreaterThan(5)
  expect(others.length).toBeGreaterThan(100)
  expect(leaks(canaries, signIns, ['state', 'nonce'])).toEqual([])
  expect(leaks(canaries, others)).toEqual([])
})
