import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cached, tokenCache } from '../../shared/broker/cached.ts'
import type { TokenOfGeneration, TokenTarget, Wishes } from '../../shared/broker/issue-token.ts'
import { mintKey, tokenKey, type TokenOrigin } from '../../shared/broker/token-key.ts'

type Asked = TokenTarget & Wishes & { generation: number }

const start = Date.parse('2026-03-01T12:00:00Z')
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const origin = { app: 'app', authorityHost: 'https://entra.example' }
const asked: Asked = { partner: 'p', audience: 'a', scopes: ['a/.default'], generation: 1 }

/** A cache before a mint that numbers its tokens and lets them live for `lifeMs`. */
const openCache = ({ lifeMs = hourMs, of = origin, cache = tokenCache() } = {}) => {
  const clock = { now: start }
  let mints = 0
  const mint: TokenOfGeneration = async ({ generation }) => ({
    accessToken: `token ${++mints} of ${of.app} ${of.authorityHost}`,
    expiresAt: clock.now + lifeMs,
    scope: '',
    generation,
  })
  const obtain = cached({ cache, origin: of, now: () => clock.now }, mint)
  return {
    clock,
    cache,
    mints: () => mints,
    get: (request: Asked = asked) => obtain({ ...request, asker: 'x', correlationId: 'c' }),
  }
}

test('a token is handed out again until 15 minutes before its end, and then renewed', async () => {
  const { clock, get, mints } = openCache()
  const first = await get()
  for (const at of [start + 1, start + hourMs - 15 * minuteMs]) {
    clock.now = at
    expect(await get()).toEqual(first)
  }
  clock.now = start + hourMs - 15 * minuteMs + 1
  const second = await get()
  expect(second.accessToken).not.toBe(first.accessToken)
  expect(await get()).toEqual(second)
  expect(mints()).toBe(2)
})

test('more life than the kept token has is asked for anew; as much is answered from memory', async () => {
  const { clock, get, mints } = openCache()
  const first = await get()
  clock.now += 20 * minuteMs
  expect(await get({ ...asked, minLifeMs: 40 * minuteMs })).toEqual(first)
  const longer = await get({ ...asked, minLifeMs: 40 * minuteMs + 1 })
  expect([longer.expiresAt, mints()]).toEqual([clock.now + hourMs, 2])
  expect(await get()).toEqual(longer)
})

test('a token to which Entra gave less than 5 minutes is passed on and not kept', async () => {
  const { cache, get, mints } = openCache({ lifeMs: 5 * minuteMs - 1 })
  await get()
  await get()
  expect([mints(), cache.size]).toEqual([2, 0])
})

test('nothing the cache gives out lives for less than 5 minutes, unless Entra gave less', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40 * minuteMs }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 * hourMs }), steps, async (lifeMs, waits) => {
      const { clock, get } = openCache({ lifeMs })
      for (const wait of waits) {
        clock.now += wait
        const left = (await get()).expiresAt - clock.now
        expect(left).toBeGreaterThanOrEqual(Math.min(lifeMs, 5 * minuteMs))
      }
    }),
  )
})

const mintSecond: TokenOfGeneration = async () => ({
  accessToken: 'of generation 2',
  expiresAt: start + hourMs,
  scope: '',
  generation: 2,
})

test('a token of a newer generation than was asked for is kept under its own', async () => {
  const cache = tokenCache()
  const obtain = cached({ cache, origin, now: () => start }, mintSecond)
  await obtain({ ...asked, generation: 1, asker: 'x', correlationId: 'c' })
  const { get, mints } = openCache({ cache })
  expect(await get({ ...asked, generation: 2 })).toMatchObject({ accessToken: 'of generation 2' })
  expect(mints()).toBe(0)
  await get({ ...asked, generation: 1 })
  expect(mints()).toBe(1)
})

test('a failure is not kept', async () => {
  const cache = tokenCache()
  const failing = cached({ cache, origin, now: () => start }, () => Promise.reject(new Error('x')))
  await expect(failing({ ...asked, asker: 'x', correlationId: 'c' })).rejects.toThrow('x')
  expect(cache.size).toBe(0)
})

test('memory is bounded: many long tokens push out the oldest', async () => {
  const cache = tokenCache()
  const big = { accessToken: 'x'.repeat(1_000_000), expiresAt: 0, scope: '', generation: 1 }
  for (let index = 0; index < 100; index++) cache.set(String(index), big)
  expect(cache.calculatedSize).toBeLessThanOrEqual(64 * 1024 * 1024)
  expect(cache.has('99')).toBe(true)
})

const name = fc.constantFrom('', 'a', 'b', 'a,b', '"', 'a"],["b', '1')
const request = fc.record<Asked, keyof Asked>(
  {
    partner: name,
    customer: fc.constantFrom('a', 'b', 'a,b', '"'),
    audience: name,
    scopes: fc.array(name, { maxLength: 2 }),
    generation: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['partner', 'audience', 'scopes', 'generation'] },
)
const origins = fc.record<TokenOrigin>({ app: name, authorityHost: name })
const pair = fc.tuple(origins, request)
const dimensions = (of: TokenOrigin, one: Asked) =>
  JSON.stringify([
    of.app,
    of.authorityHost,
    one.partner,
    one.customer,
    one.audience,
    one.scopes,
    one.generation,
  ])

test('two requests that differ in any dimension never share a token; equal ones do', async () => {
  await fc.assert(
    fc.asyncProperty(pair, pair, async ([ofOne, one], [ofOther, other]) => {
      const cache = tokenCache()
      const first = await openCache({ cache, of: ofOne }).get(one)
      const second = openCache({ cache, of: ofOther })
      const token = await second.get(other)
      const isSame = dimensions(ofOne, one) === dimensions(ofOther, other)
      expect(second.mints()).toBe(isSame ? 0 : 1)
      if (isSame) expect(token).toEqual(first)
    }),
    { numRuns: 250 },
  )
})

test('the key of a token is the same exactly when all dimensions are; that of a mint holds the challenge too', () => {
  const challenges = fc.option(fc.constantFrom('a', 'b', '","'), { nil: undefined })
  fc.assert(
    fc.property(pair, pair, fc.tuple(challenges, challenges), (one, other, [asks, repeats]) => {
      const isSame = dimensions(...one) === dimensions(...other)
      expect(tokenKey(...one) === tokenKey(...other)).toBe(isSame)
      const key = ([of, target]: typeof one, challenge?: string) =>
        mintKey(of, {
          ...target,
          asker: JSON.stringify(target),
          correlationId: 'c',
          ...(challenge !== undefined && { challenge }),
        })
      expect(key(one, asks) === key(other, repeats)).toBe(isSame && asks === repeats)
    }),
    { numRuns: 20_000 },
  )
})

test('each dimension alone makes another token', async () => {
  const full: Asked = { ...asked, customer: 'k' }
  const { get, mints } = openCache()
  const targets: Asked[] = [
    full,
    asked,
    { ...full, partner: 'p2' },
    { ...full, customer: 'k2' },
    { ...full, audience: 'a2' },
    { ...full, scopes: ['a/User.Read'] },
    { ...full, scopes: ['a/.default', 'a/User.Read'] },
    { ...full, generation: 2 },
  ]
  for (const target of targets) await get(target)
  for (const target of targets) await get(target)
  expect(mints()).toBe(targets.length)
})
