import * as fc from 'fast-check'
import { beforeAll, expect, inject, test } from 'vitest'
import { callerToken, callerWithRole } from '../../local/stack/caller-token.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { hostileRequests, type Claimed, type HostileRequest } from './support/hostile-requests.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { rawRequest, type RawAnswer } from './support/raw-request.ts'

const stack = inject('stack')
// Fixed, so that a failure is found again; change it to look elsewhere.
const seed = 20_261_123
const requests = 10_000
const atOnce = 8

let tokens: Record<Exclude<Claimed, 'nobody'>, string>

beforeAll(async () => {
  const { unknown } = await issuingCallers(stack)
  const roleless = stack.callers.find(({ roles }) => roles.length === 0)
  if (!roleless) throw new Error('the directory has no caller without a role')
  const own = await callerToken(stack, unknown)
  tokens = {
    unknown: own,
    roleless: await callerToken(stack, roleless),
    reader: await callerToken(stack, callerWithRole(stack, 'Broker.Read')),
    manager: await callerToken(stack, callerWithRole(stack, 'Broker.Manage')),
    relay: await mint(stack, { claims: { ...claimsOf(own), roles: ['Consent.Relay'] } }),
  }
})

const send = ({ app, claimed, request }: HostileRequest): Promise<RawAnswer> => {
  const proof = claimed === 'nobody' ? {} : { authorization: `Bearer ${tokens[claimed]}` }
  const headers = { ...request.headers, ...proof }
  return rawRequest(stack[app], { ...request, headers })
}

const looksLikeToken = /eyJ[\w-]{8,}\.[\w-]+\.|access_token"|refresh_token"/

const faultOf = ({ status, headers, text }: RawAnswer): string | undefined => {
  if (status >= 500 || status < 200) return `status ${status}`
  const all = `${text}${JSON.stringify(headers)}`
  return looksLikeToken.test(all) ? 'a token' : undefined
}

test('ten thousand hostile requests get no 5xx and no token, and leave the apps well', async () => {
  const all = fc.sample(hostileRequests, { seed, numRuns: requests })
  const faults: unknown[] = []
  const statuses = new Map<number, number>()
  const worker = async (): Promise<void> => {
    for (let one = all.pop(); one && faults.length < 5; one = all.pop()) {
      const answer = await send(one)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      const fault = faultOf(answer)
      if (fault) faults.push({ fault, ...one, answer: answer.text.slice(0, 300) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  expect(faults).toEqual([])
  // They went deep enough to mean something.
  for (const status of [200, 400, 401, 403, 404]) {
    expect(statuses.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(100)
  }
  for (const app of [stack.broker, stack.onboarding]) {
    expect((await fetch(`${app}/health/ready`)).status).toBe(200)
  }
}, 120_000)
