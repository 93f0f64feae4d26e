import { beforeEach, expect, test } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { cached, tokenCache } from '../../shared/broker/cached.ts'
import type { IssueRequest } from '../../shared/broker/issue-token.ts'
import { measured, measuredPolicy, measuredRedemption } from '../../shared/broker/measured.ts'
import type { Metrics } from '../../shared/broker/metrics.ts'

let taken: [string, number, object | undefined][]
let clock: number
const metrics: Metrics = (name, value, dimensions) => void taken.push([name, value, dimensions])
const now = () => clock
const measuring = { metrics, now }

beforeEach(() => {
  taken = []
  clock = 1e12
})

const graph = 'https://graph.microsoft.com'
const request: IssueRequest = {
  caller: { tenant: 't', clientId: 'c' },
  partner: 'p',
  audience: graph,
  scopes: [`${graph}/.default`],
  correlationId: 'i',
}

test('each request is measured by audience and outcome', async () => {
  const issue = measured(measuring, async () => {
    clock += 40
    throw new BrokerError('throttled', 'x')
  })
  await expect(issue(request)).rejects.toMatchObject({ code: 'throttled' })
  expect(taken).toEqual([['token_request_ms', 40, { code: 'throttled', audience: graph }]])
})

test('an audience that a caller made up is not a dimension of its own', async () => {
  const issue = measured(measuring, async () => {
    throw new Error('canary')
  })
  await expect(issue({ ...request, audience: 'https://made.up/1' })).rejects.toThrow('canary')
  expect(taken).toEqual([['token_request_ms', 0, { code: 'internal', audience: 'other' }]])
})

test('a redemption is measured by how Entra answered', async () => {
  const failure = { status: 503, error: 'x', errorCodes: [] }
  const redeem = measuredRedemption(measuring, async () => {
    clock += 700
    return { failure }
  })
  await redeem({ refreshToken: 'r', partner: 'p', tenant: 'p', scopes: [], correlationId: 'i' })
  expect(taken).toEqual([['redemption_ms', 700, { outcome: 'status_503' }]])
})

test('the age of the policy counts from the start of its read', async () => {
  const current = measuredPolicy(measuring, {
    readEpoch: async () => {
      clock += 30
      return 'e'
    },
    readAll: async () => ({ epoch: 'e', permissions: [], lockdowns: [], revocations: [] }),
  })
  await current()
  clock += 5_000
  await current()
  expect(taken).toEqual([
    ['policy_age_ms', 30, undefined],
    ['policy_age_ms', 5_030, undefined],
  ])
})

test('the cache tells hits from misses', async () => {
  const lookups: boolean[] = []
  const caching = {
    cache: tokenCache(),
    origin: { app: 'a', authorityHost: 'h' },
    now,
    onLookup: (isHit: boolean) => void lookups.push(isHit),
  }
  const obtain = cached(caching, async () => ({
    accessToken: 'at',
    expiresAt: clock + 3600_000,
    scope: '',
    generation: 1,
  }))
  const asked = { ...request, asker: 'a', generation: 1 }
  await obtain(asked)
  await obtain(asked)
  expect(lookups).toEqual([false, true])
})
