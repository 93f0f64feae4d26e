import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import type { Caller } from './support/ask-token.ts'
import { callerWithPermission, untilPermitted } from './support/attack-checks.ts'
import { expectNoCalls } from './support/expect-no-calls.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { onboarded } from './support/issuing.ts'
import { audiences, invite } from './support/management.ts'
import { control, ownPartner } from './support/own-partner.ts'
import { lockDown, revokeByRow } from './support/policy-rows.ts'
import { jsonOf, rawRequest, type RawAnswer } from './support/raw-request.ts'
import { recorded } from './support/recorded.ts'

const stack = inject('stack')

const kinds = ['consented', 'dead', 'revoked', 'locked', 'invited', 'unknown'] as const
type Kind = (typeof kinds)[number]

const tenants = new Map<Kind, string>()
let stranger: Caller
let elsewhere: Caller & { permission: string }
let customer: string

beforeAll(async () => {
  const callers = await issuingCallers(stack)
  stranger = callers.unknown
  const [consented, dead, revoked, locked] = [
    await onboarded(stack),
    await onboarded(stack),
    await onboarded(stack),
    await onboarded(stack),
  ]
  await control(`${stack.entra}/_local/revoke`, { username: dead.ada.username })
  await dead.ask()
  await revokeByRow(stack, { partner: revoked.tenant })
  await lockDown(stack, { scope: 'partner', id: locked.tenant })
  const invited = await ownPartner(stack)
  await invite(stack, invited)
  customer = consented.customer.tenant
  tenants.set('consented', consented.tenant)
  tenants.set('dead', dead.tenant)
  tenants.set('revoked', revoked.tenant)
  tenants.set('locked', locked.tenant)
  tenants.set('invited', invited.tenant)
  tenants.set('unknown', crypto.randomUUID())
  elsewhere = await callerWithPermission(stack, { partners: [crypto.randomUUID()] })
  await untilPermitted(stack, await callerWithPermission(stack))
}, 90_000)

const tenantOf = (kind: Kind): string => tenants.get(kind) ?? 'none'

/** The bytes of an answer, headers included, without ids and times. */
const bytesOf = ({ status, headers, text }: RawAnswer, ids: string[]): string => {
  const { date: _date, 'x-correlation-id': id, ...kept } = headers
  const { timestamp } = jsonOf({ status, headers, text })
  const all = JSON.stringify([status, kept, text])
  return [String(id), String(timestamp), ...ids].reduce(
    (rest, one) => rest.replaceAll(one, ''),
    all,
  )
}

const ask = async (caller: Caller, authority: string): Promise<RawAnswer> =>
  rawRequest(stack.broker, {
    method: 'POST',
    path: `/${authority}/oauth2/v2.0/token`,
    headers: {
      authorization: `Bearer ${await callerToken(stack, caller)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: `${audiences.graph}/.default`,
      min_lifetime: '600',
    }).toString(),
  })

/** What was asked of every part since, but for the policy, which is looked at by the clock. */
const calls = async () => {
  const all = await Promise.all([
    recorded(stack.entra, '/'),
    recorded(stack.vault, '/'),
    recorded(stack.tables, '/'),
  ])
  return all.map((asked) =>
    asked
      .filter(({ path }) => !/\/policy|discovery|\$batch/.test(path))
      .filter(({ form }) => form['grant_type'] !== 'client_credentials')
      .map(({ method, path }) => `${method} ${path}`),
  )
}

describe.each<[string, () => Caller]>([
  ['a caller whom no permission names', () => stranger],
  ['a caller whose permission names another partner', () => elsewhere],
])('%s', (_, caller) => {
  test('gets the same bytes for every partner, whatever is true of it, by the same calls', async () => {
    const seen = new Set<string>()
    await expectNoCalls(calls, async () => {
      for (const kind of kinds) {
        const tenant = tenantOf(kind)
        const answer = await ask(caller(), tenant)
        expect(jsonOf(answer)).toMatchObject({ code: 'not_permitted' })
        seen.add(bytesOf(answer, [tenant]))
      }
    })
    expect(seen.size).toBe(1)
  })

  test('gets the same bytes for every customer of a partner', async () => {
    const [known, unknown] = [customer, crypto.randomUUID()]
    const ofKnown = await ask(caller(), `${tenantOf('consented')}.${known}`)
    const ofUnknown = await ask(caller(), `${tenantOf('consented')}.${unknown}`)
    expect(bytesOf(ofKnown, [known])).toBe(bytesOf(ofUnknown, [unknown]))
  })
})

test('the discovery document is the same for every partner', async () => {
  const seen = new Set<string>()
  await expectNoCalls(calls, async () => {
    for (const kind of kinds) {
      const path = `/${tenantOf(kind)}/v2.0/.well-known/openid-configuration`
      seen.add(bytesOf(await rawRequest(stack.broker, { path }), [tenantOf(kind)]))
    }
  })
  expect(seen.size).toBe(1)
})

test('the page of renewal is the same for every partner', async () => {
  const seen = new Set<string>()
  await expectNoCalls(calls, async () => {
    for (const kind of kinds) {
      const answer = await rawRequest(stack.onboarding, { path: `/renew/${tenantOf(kind)}` })
      seen.add(bytesOf(answer, [tenantOf(kind)]))
    }
  })
  expect(seen.size).toBe(1)
})
