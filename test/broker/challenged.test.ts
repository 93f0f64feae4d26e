import { expect, test } from 'vitest'
import { challenged } from '../../shared/broker/challenged.ts'
import type { GenerationRequest } from '../../shared/broker/issue-token.ts'

const request: GenerationRequest = {
  partner: 'partner',
  audience: 'https://graph.microsoft.com',
  scopes: ['https://graph.microsoft.com/.default'],
  asker: 'asker',
  generation: 1,
  correlationId: 'id',
  challenge: 'one',
}

const tokenOf = (accessToken: string) => ({ accessToken, scope: '', generation: 1, expiresAt: 1 })

const open = () => {
  const clock = { now: 0 }
  const forgotten: GenerationRequest[] = []
  let redeemed = 0
  const relay = challenged({
    now: () => clock.now,
    forget: (one) => void forgotten.push(one),
    ordinary: async () => tokenOf('ordinary'),
    redeem: async ({ challenge }) => tokenOf(`${++redeemed} for ${challenge}`),
  })
  return {
    clock,
    forgotten,
    ask: (more: Partial<GenerationRequest> = {}) => relay({ ...request, ...more }),
  }
}

const throttled = { code: 'throttled', detail: { reason: 'challenge_budget' } }

test('the same challenge gets the same answer, another one is throttled, for 30 seconds', async () => {
  const { clock, ask } = open()
  expect((await ask()).accessToken).toBe('1 for one')
  expect((await ask()).accessToken).toBe('1 for one')
  await expect(ask({ challenge: 'two' })).rejects.toMatchObject(throttled)
  clock.now += 30_000
  expect((await ask({ challenge: 'two' })).accessToken).toBe('2 for two')
})

test('other scopes of the audience get no redemption more, and not the answer for the first', async () => {
  const { ask } = open()
  await ask()
  const scopes = ['https://graph.microsoft.com/User.Read']
  await expect(ask({ scopes })).rejects.toMatchObject(throttled)
})

test.each([
  ['caller', { asker: 'other' }],
  ['partner', { partner: 'other' }],
  ['customer', { customer: 'customer' }],
  ['audience', { audience: 'https://management.azure.com' }],
  ['generation', { generation: 2 }],
])('each %s counts alone', async (_, more) => {
  const { ask } = open()
  await ask()
  expect((await ask({ ...more, challenge: 'two' })).accessToken).toBe('2 for two')
})

test('what the cache held is forgotten once the challenge is answered', async () => {
  const { ask, forgotten } = open()
  await ask()
  expect(forgotten).toHaveLength(1)
})
