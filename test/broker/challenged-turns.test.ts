import { beforeEach, expect, test, vi } from 'vitest'
import { challenged } from '../../shared/broker/challenged.ts'
import type { GenerationRequest, TokenOfGeneration } from '../../shared/broker/issue-token.ts'

const asked: GenerationRequest = {
  partner: 'p',
  audience: 'a',
  scopes: ['a/.default'],
  generation: 1,
  asker: 'caller',
  correlationId: 'c',
  challenge: '{"access_token":{"nbf":{"essential":true,"value":"1"}}}',
}
const { challenge: _, ...plain } = asked
const another = { challenge: '{"access_token":{"nbf":{"essential":true,"value":"2"}}}' }

let now: number
let redeem: ReturnType<typeof vi.fn<TokenOfGeneration>>
let ordinary: ReturnType<typeof vi.fn<TokenOfGeneration>>
let forget: ReturnType<typeof vi.fn<(request: GenerationRequest) => void>>
let obtain: TokenOfGeneration
beforeEach(() => {
  now = 0
  let tokens = 0
  const token: TokenOfGeneration = async ({ generation }) => ({
    accessToken: `token ${++tokens}`,
    expiresAt: now + 3600_000,
    scope: '',
    generation,
  })
  redeem = vi.fn<TokenOfGeneration>(token)
  ordinary = vi.fn<TokenOfGeneration>(token)
  forget = vi.fn<(request: GenerationRequest) => void>()
  obtain = challenged({ now: () => now, forget, ordinary, redeem })
})

test('a request without a challenge goes the ordinary way, and forgets nothing', async () => {
  await obtain(plain)
  expect(ordinary).toHaveBeenCalledExactlyOnceWith(plain)
  expect([redeem.mock.calls.length, forget.mock.calls.length]).toEqual([0, 0])
})

test('a challenge goes past it, and the token that was refused is forgotten', async () => {
  await obtain(asked)
  expect(redeem).toHaveBeenCalledExactlyOnceWith(asked)
  expect(forget).toHaveBeenCalledExactlyOnceWith(asked)
  expect(ordinary).not.toHaveBeenCalled()
})

test('until the new token is there, the old one is not forgotten', async () => {
  redeem.mockRejectedValueOnce(new Error('down'))
  await expect(obtain(asked)).rejects.toThrow('down')
  expect(forget).not.toHaveBeenCalled()
})

test('the same challenge has the same answer for 30 seconds, a refusal too, also while it is under way', async () => {
  const [one, other] = await Promise.all([obtain(asked), obtain(asked)])
  now = 29_999
  expect([other, await obtain(asked)]).toEqual([one, one])
  now = 30_000
  expect(await obtain(asked)).not.toEqual(one)
  expect(redeem).toHaveBeenCalledTimes(2)
  now += 30_000
  redeem.mockRejectedValueOnce(new Error('refused'))
  for (let times = 0; times < 3; times++) await expect(obtain(asked)).rejects.toThrow('refused')
  expect(redeem).toHaveBeenCalledTimes(3)
})

test.each([
  [1, 30],
  [29_000, 1],
  [29_999, 1],
])('another challenge after %i ms is throttled for %i seconds', async (after, seconds) => {
  await obtain(asked)
  now = after
  await expect(obtain({ ...asked, ...another })).rejects.toMatchObject({
    code: 'throttled',
    detail: { reason: 'challenge_budget', retryAfterSeconds: seconds },
  })
  expect(redeem).toHaveBeenCalledOnce()
})

test('a throttled challenge neither extends the pause nor takes its place', async () => {
  const first = await obtain(asked)
  now = 20_000
  await expect(obtain({ ...asked, ...another })).rejects.toMatchObject({ code: 'throttled' })
  expect(await obtain(asked)).toEqual(first)
  now = 30_000
  await expect(obtain({ ...asked, ...another })).resolves.toHaveProperty('accessToken')
})
