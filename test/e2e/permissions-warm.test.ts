import { beforeAll, expect, inject, test, vi } from 'vitest'
import { askToken, type Caller } from './support/ask-token.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences, manage, permit } from './support/management.ts'
import { ownCaller } from './support/own-partner.ts'
import { redemptions } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
// A broker looks at the policy again after 10 seconds; the rest is for a busy machine.
const promisedMs = 15_000
const limitMs = 60_000
let partner: Onboarded

beforeAll(async () => {
  partner = await onboarded(stack)
})

const newCaller = () => ownCaller(stack, ['Token.Issue'])

const ask = (caller: Caller) =>
  askToken(stack, {
    caller,
    partner: partner.tenant,
    audience: audiences.graph,
    purpose: 'test',
  })

const bodyFor = ({ tenant, clientId }: Caller) => ({
  caller: { tenant, clientId },
  partners: 'any',
  audiences: [audiences.graph],
  customers: 'any',
  purposes: ['test'],
})

test(
  'a permission that is removed, narrowed or only audited no longer lets a warm token out',
  { timeout: limitMs },
  async () => {
    const [removed, narrowed, audited] = [await newCaller(), await newCaller(), await newCaller()]
    const names = new Map<Caller, string>()
    for (const caller of [removed, narrowed, audited]) {
      const name = `test-${caller.clientId}`
      names.set(caller, name)
      const path = `/manage/permissions/${name}`
      expect((await manage(stack, { method: 'PUT', path, body: bodyFor(caller) })).status).toBe(201)
    }
    // Known to the broker once the last of them is.
    await permit(stack, audited, { name: names.get(audited) ?? '' })
    for (const caller of [removed, narrowed, audited]) expectIssued(await ask(caller))
    const redeemed = await redemptions(stack, partner.tenant, 'refresh_token')

    const change = async (caller: Caller, request: { method: string; body?: object }) =>
      manage(stack, { ...request, path: `/manage/permissions/${names.get(caller)}` })
    await change(removed, { method: 'DELETE' })
    const other = { ...bodyFor(narrowed), partners: [crypto.randomUUID()] }
    await change(narrowed, { method: 'PUT', body: other })
    await change(audited, { method: 'PUT', body: { ...bodyFor(audited), mode: 'audit' } })
    const began = Date.now()
    for (const caller of [removed, narrowed, audited]) {
      const answer = await vi.waitUntil(
        async () => {
          const one = await ask(caller)
          return one.status === 200 ? undefined : one
        },
        { timeout: promisedMs - (Date.now() - began), interval: 200 },
      )
      expectRefusal(answer, { code: 'not_permitted', says: 'no permission lets this caller' })
    }
    // The token was warm all the while: only the permissions have changed.
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(redeemed)
    expectIssued(await partner.ask())
  },
)
