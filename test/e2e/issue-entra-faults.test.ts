import { afterEach, beforeAll, expect, inject, test } from 'vitest'
import type { Fault } from '../../local/kit/faults.ts'
import { clearFaults } from './support/faults.ts'
import {
  entraError,
  expectIssued,
  expectRefusedAndUnchanged,
  onboarded,
} from './support/issuing.ts'
import type { Onboarded } from './support/issuing.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
let partner: Onboarded

beforeAll(async () => {
  partner = await onboarded(stack)
})
// The broker tries again what may pass by itself: each fault lasts until its test is over.
afterEach(() => clearFaults(stack.entra))

type Case = [
  what: string,
  fault: Omit<Partial<Fault>, 'match'>,
  more: { retryAfter?: number; numbers?: number[] },
]
const html = { 'content-type': 'text/html' }
const busy = (error: string, number: number) => entraError(error, [number])

const throttling: Case[] = [
  [
    'JSON and Retry-After',
    { status: 429, body: busy('temporarily_unavailable', 90055), headers: { 'retry-after': '7' } },
    { retryAfter: 7, numbers: [90055] },
  ],
  [
    'JSON without Retry-After',
    { status: 429, body: busy('invalid_grant', 50196) },
    { numbers: [50196] },
  ],
  [
    'plain text and Retry-After',
    { status: 429, body: 'Slow down', headers: { 'retry-after': '2' } },
    { retryAfter: 2 },
  ],
  ['plain text without Retry-After', { status: 429, body: 'Too many requests' }, {}],
  [
    'a Retry-After of an hour',
    { status: 429, headers: { 'retry-after': '3600' } },
    { retryAfter: 30 },
  ],
  [
    'a Retry-After that is a date',
    { status: 429, headers: { 'retry-after': new Date(0).toUTCString() } },
    { retryAfter: 1 },
  ],
  ['a Retry-After that is rubbish', { status: 429, headers: { 'retry-after': 'soon' } }, {}],
]

const outages: Case[] = [
  ['500 with JSON', { status: 500, body: busy('server_error', 90033) }, { numbers: [90033] }],
  [
    '500 that looks like a dead grant',
    { status: 500, body: busy('invalid_grant', 700082) },
    { numbers: [700082] },
  ],
  ['502 with HTML', { status: 502, body: '<h1>Bad gateway</h1>', headers: html }, {}],
  [
    '503 with Retry-After',
    { status: 503, body: '', headers: { 'retry-after': '9' } },
    { retryAfter: 9 },
  ],
  ['400 with HTML', { status: 400, body: '<h1>Our services…</h1>', headers: html }, {}],
  [
    '400 temporarily_unavailable',
    { status: 400, body: busy('temporarily_unavailable', 90033) },
    { numbers: [90033] },
  ],
  ['200 with HTML', { status: 200, body: '<h1>Sign in</h1>', headers: html }, {}],
  ['200 with nothing', { status: 200 }, {}],
  ['200 with JSON that is no token', { status: 200, body: {} }, {}],
  ['a redirect', { status: 302, headers: { location: 'https://login.example/' } }, {}],
  ['a connection that is closed', { drop: true }, {}],
]

test.each(throttling)(
  'when Entra throttles with %s, the caller is told to come back',
  async (_, fault, more) => {
    await partner.entraAnswers(fault)
    const says = 'Microsoft Entra is throttling. Try again shortly'
    await expectRefusedAndUnchanged(stack, { partner }, { code: 'throttled', says, ...more })
  },
)

test.each(outages)(
  'when Entra fails with %s, the caller is told to come back',
  async (_, fault, more) => {
    await partner.entraAnswers(fault)
    const says = /Microsoft Entra .+\. Try again shortly/
    await expectRefusedAndUnchanged(
      stack,
      { partner },
      { code: 'upstream_unavailable', says, ...more },
    )
  },
)

test('as soon as Entra answers again a token comes: no failure is remembered', async () => {
  expectIssued(await partner.ask())
})

test('a partner that Entra throttles never holds up another one', async () => {
  const other = await onboarded(stack)
  await other.entraAnswers({ status: 429, headers: { 'retry-after': '60' } })
  expectRefusal(await other.ask(), { code: 'throttled', says: 'Try again shortly' })
  const third = await onboarded(stack)
  expectIssued(await third.ask())
})

test('callers who ask at the same time share one redemption', async () => {
  const shared = await onboarded(stack)
  const path = `/${shared.tenant}/oauth2/v2.0/token`
  const before = (await recorded(stack.entra, path)).length
  await shared.entraAnswers({ delayMs: 300 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => shared.ask()))
  for (const answer of answers) expectIssued(answer)
  expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(1)
  expect((await recorded(stack.entra, path)).length - before).toBe(1)
})
