import * as fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { BrokerError, type BrokerErrorCode } from '../../shared/broker/broker-error.ts'
import { cached, tokenCache } from '../../shared/broker/cached.ts'
import type { TokenOfGeneration } from '../../shared/broker/issue-token.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const origin = { app: 'app', authorityHost: 'https://entra.example' }
const target = { partner: 'p', audience: 'a', scopes: ['a/.default'], generation: 1 }
const asked = { ...target, asker: 'caller', correlationId: 'c' }

let now: number
let mints: ReturnType<typeof vi.fn<TokenOfGeneration>>
let get: TokenOfGeneration

const open = () => {
  now = 0
  let count = 0
  mints = vi.fn<TokenOfGeneration>(async ({ generation }) => ({
    accessToken: `token ${++count}`,
    expiresAt: now + hourMs,
    scope: '',
    generation,
  }))
  get = cached({ cache: tokenCache(), origin, now: () => now }, mints)
}
beforeEach(open)

const failing = (code: BrokerErrorCode) => mints.mockRejectedValueOnce(new BrokerError(code, 'x'))

/** A kept token of one hour, at that many milliseconds before its end. */
const agedTo = async (leftMs: number) => {
  await get(asked)
  now = hourMs - leftMs
}

test.each(['throttled', 'upstream_unavailable'] as const)(
  'while renewing is %s the older token goes out with a warning, and is not changed by it',
  async (code) => {
    await agedTo(10 * minuteMs)
    failing(code)
    expect(await get(asked)).toMatchObject({
      accessToken: 'token 1',
      expiresAt: hourMs,
      warning: expect.stringContaining('refreshing this token failed'),
    })
    now += 30_000
    expect(await get(asked)).toEqual({
      accessToken: 'token 2',
      expiresAt: now + hourMs,
      scope: '',
      generation: 1,
    })
  },
)

test.each<BrokerErrorCode>([
  'consent_needed',
  'grant_revoked',
  'locked_down',
  'blocked_by_policy',
  'audience_not_consented',
  'customer_blocked',
  'app_misconfigured',
  'internal',
])('a renewal that ends in %s is that answer, not the older token', async (code) => {
  await agedTo(10 * minuteMs)
  failing(code)
  await expect(get(asked)).rejects.toMatchObject({ code })
})

test('what is no error of ours is not taken for a passing one', async () => {
  await agedTo(10 * minuteMs)
  mints.mockRejectedValueOnce(new TypeError('x'))
  await expect(get(asked)).rejects.toThrow(TypeError)
})

test('after a failed renewal nothing is tried for 30 seconds, and then again', async () => {
  await agedTo(10 * minuteMs)
  failing('throttled')
  await get(asked)
  for (const later of [0, 15_000, 14_999]) {
    now += later
    expect(await get(asked)).toHaveProperty('warning')
  }
  expect(mints).toHaveBeenCalledTimes(2)
  now += 1
  expect(await get(asked)).not.toHaveProperty('warning')
  expect(mints).toHaveBeenCalledTimes(3)
})

test('the pause of one target is none for another', async () => {
  const other = { ...asked, partner: 'q' }
  await get(other)
  await agedTo(10 * minuteMs)
  failing('throttled')
  expect(await get(asked)).toHaveProperty('warning')
  expect(await get(other)).not.toHaveProperty('warning')
})

test('a token below 5 minutes, or below the life that is asked for, never goes out for a failed renewal', async () => {
  await agedTo(5 * minuteMs)
  failing('throttled')
  expect(await get(asked)).toHaveProperty('warning')
  now += 1
  failing('throttled')
  await expect(get(asked)).rejects.toMatchObject({ code: 'throttled' })
  open()
  await agedTo(10 * minuteMs)
  failing('throttled')
  await expect(get({ ...asked, minLifeMs: 10 * minuteMs + 1 })).rejects.toHaveProperty('code')
})

test('a token that ran short while its renewal was failing does not go out', async () => {
  await agedTo(6 * minuteMs)
  mints.mockImplementationOnce(async () => {
    now += 2 * minuteMs
    throw new BrokerError('upstream_unavailable', 'x')
  })
  await expect(get(asked)).rejects.toMatchObject({ code: 'upstream_unavailable' })
})

type Step = { waitMs: number; answer: 'token' | 'passing' | 'final'; minLifeMs: number }
const steps = fc.array(
  fc.record<Step>({
    waitMs: fc.integer({ min: 0, max: 12 * minuteMs }),
    answer: fc.constantFrom('token', 'passing', 'final'),
    minLifeMs: fc.constantFrom(0, 0, 8 * minuteMs, 20 * minuteMs),
  }),
  { maxLength: 25 },
)

test('what goes out is usable, long enough, and warned of exactly when it should have been renewed', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      open()
      let entra: Step['answer'] = 'token'
      const mint = mints.getMockImplementation()
      mints.mockImplementation(async (request) => {
        if (entra === 'passing') throw new BrokerError('upstream_unavailable', 'x')
        if (entra === 'final' || !mint) throw new BrokerError('consent_needed', 'x')
        return mint(request)
      })
      for (const { waitMs, answer, minLifeMs } of plan) {
        now += waitMs
        entra = answer
        const given = await get({ ...asked, minLifeMs }).catch(() => undefined)
        if (answer === 'token') expect(given).toBeDefined()
        if (!given) continue
        const left = given.expiresAt - now
        expect(left).toBeGreaterThanOrEqual(Math.max(minLifeMs, 5 * minuteMs))
        expect(given.warning !== undefined).toBe(left < 15 * minuteMs)
      }
    }),
  )
})
