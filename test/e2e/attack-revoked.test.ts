import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { askToken, type Caller, type TokenAnswer } from './support/ask-token.ts'
import {
  callerWithPermission,
  putPermission,
  untilPermitted,
  untilStatus,
} from './support/attack-checks.ts'
import { expectConsented, expectNothingStored } from './support/consent-checks.ts'
import {
  consent,
  onboard,
  openPage,
  postCallback,
  signIn,
  startSignIn,
} from './support/consent-flow.ts'
import { addFault } from './support/faults.ts'
import { audiences, invite, manage } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { lockDown, revokeByRow } from './support/policy-rows.ts'
import { recorded, redemptions } from './support/recorded.ts'
import { expectRefusal, type Code } from './support/refusal.ts'
import { grantRow } from './support/stored-rows.ts'

const stack = inject('stack')
const both = [stack, { ...stack, broker: stack.strictBroker }]

type Permitted = Caller & { permission: string }

let partner: OwnPartner
let lasting: Permitted

const ask = (
  at: typeof stack,
  caller: Caller,
  more: { partner?: string; customer?: string } = {},
) => askToken(at, { caller, partner: partner.tenant, audience: audiences.graph, ...more })

const removePermission = async ({ permission }: Permitted): Promise<void> => {
  const path = `/manage/permissions/${permission}`
  expect((await manage(stack, { method: 'DELETE', path })).status).toBe(204)
}

const replacePermission = (caller: Permitted, more: object) =>
  putPermission(stack, { name: caller.permission, caller, ...more })

type Change = [what: string, change: (caller: Permitted) => Promise<void>, code: Code]

const past = '2020-01-01T00:00:00Z'

const changes: Change[] = [
  ['removed', removePermission, 'not_permitted'],
  [
    'narrowed to another partner',
    (caller) => replacePermission(caller, { partners: [crypto.randomUUID()] }),
    'not_permitted',
  ],
  [
    'narrowed to another audience',
    (caller) => replacePermission(caller, { audiences: [audiences.arm] }),
    'not_permitted',
  ],
  [
    'narrowed to another network',
    (caller) => replacePermission(caller, { networks: ['203.0.113.0/24'] }),
    'not_permitted',
  ],
  ['ended', (caller) => replacePermission(caller, { notAfter: past }), 'not_permitted'],
  ['made a trial', (caller) => replacePermission(caller, { mode: 'audit' }), 'not_permitted'],
  [
    'given to another caller',
    (caller) => replacePermission(caller, { caller: { ...caller, clientId: crypto.randomUUID() } }),
    'not_permitted',
  ],
  [
    'overruled by a lockdown of the caller',
    ({ tenant, clientId }) => lockDown(stack, { scope: 'caller', id: `${tenant}/${clientId}` }),
    'locked_down',
  ],
]

const says: Partial<Record<Code, string>> = {
  not_permitted: 'no permission lets this caller',
  locked_down: 'The operator must lift the lockdown',
}

beforeAll(async () => {
  partner = await ownPartner(stack)
  await onboard(stack, partner)
  lasting = await callerWithPermission(stack)
})

describe('a warm token is not given out once the permission is', () => {
  const callers = new Map<string, Permitted>()
  let asked: number

  beforeAll(async () => {
    for (const [what] of changes) callers.set(what, await callerWithPermission(stack))
    const last = await callerWithPermission(stack)
    for (const at of both) {
      await untilPermitted(at, last)
      for (const caller of [...callers.values(), lasting]) {
        expect((await ask(at, caller)).status).toBe(200)
      }
    }
    asked = await redemptions(stack, partner.tenant, 'refresh_token')
    for (const [what, change] of changes) await change(callerOf(what))
  }, 90_000)

  const callerOf = (what: string): Permitted => {
    const caller = callers.get(what)
    if (!caller) throw new Error(`no caller for ${what}`)
    return caller
  }

  test.each(changes)(
    '%s, on any instance, within 30 seconds',
    async (what, _, code) => {
      for (const at of both) {
        const answer = await untilStatus(403, () => ask(at, callerOf(what)))
        expectRefusal(answer, { code, says: says[code] ?? '' })
      }
    },
    70_000,
  )

  test('while others go on from the same warm cache, and Entra is not asked', async () => {
    for (const at of both) expect((await ask(at, lasting)).status).toBe(200)
    expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(asked)
  })
})

const revokedSays = "the operator revoked the partner's consent. Only a new invitation"

describe('a revocation', () => {
  test('ends the warm tokens of the partner and of its customers on every instance within 30 seconds', async () => {
    const own = await ownPartner(stack)
    await onboard(stack, own)
    const customer = own.customer.tenant
    for (const at of both) {
      expect((await ask(at, lasting, { partner: own.tenant })).status).toBe(200)
      expect((await ask(at, lasting, { partner: own.tenant, customer })).status).toBe(200)
    }
    await revokeByRow(stack, { partner: own.tenant })
    for (const at of both) {
      const answer = await untilStatus(403, () => ask(at, lasting, { partner: own.tenant }))
      expectRefusal(answer, { code: 'grant_revoked', says: revokedSays })
      const atCustomer = await ask(at, lasting, { partner: own.tenant, customer })
      expectRefusal(atCustomer, { code: 'grant_revoked', says: revokedSays })
    }
  }, 70_000)

  test('is no oracle: who may not ask for the partner is not told of it', async () => {
    const own = await ownPartner(stack)
    await revokeByRow(stack, { partner: own.tenant })
    await untilStatus(403, () => ask(stack, lasting, { partner: own.tenant }))
    const stranger = { ...lasting, ...(await callerWithPermission(stack, { mode: 'audit' })) }
    const answer = await ask(stack, stranger, { partner: own.tenant })
    expectRefusal(answer, { code: 'not_permitted', says: 'no permission lets this caller' })
  }, 60_000)
})

// Of the 10 seconds after which a broker looks at the policy again.
const agedMs = 6500

const lastRead = async () => {
  const reads = await recorded(stack.tables, '/policy')
  return Date.parse(String(reads.findLast(({ method }) => method === 'GET')?.['time']))
}

/**
 * Leaves the broker with a policy that it looks at again in 3 seconds: what begins now is decided on
 * it, and what ends 5 seconds later is decided on what came meanwhile.
 */
const untilPolicyIsAged = async (): Promise<void> => {
  const before = await lastRead()
  while ((await lastRead()) === before) {
    await ask(stack, lasting)
    await delay(200)
  }
  await delay(agedMs)
}

describe('while a token is being minted,', () => {
  let meanwhile: Record<'revoked' | 'removed' | 'locked' | 'control', TokenAnswer>

  beforeAll(async () => {
    const make = async () => {
      const own = await ownPartner(stack)
      await onboard(stack, own)
      const { tenant } = own
      const match = { tenant, grant_type: 'refresh_token' }
      await addFault(stack.entra, { match, delayMs: 5000, times: 1 })
      return tenant
    }
    const partners = [await make(), await make(), await make(), await make()]
    const [revoked = '', removed = '', locked = '', control = ''] = partners
    const leaving = await callerWithPermission(stack)
    await untilPermitted(stack, leaving)
    await untilPolicyIsAged()
    const answers = Promise.all([
      ask(stack, lasting, { partner: revoked }),
      ask(stack, leaving, { partner: removed }),
      ask(stack, lasting, { partner: locked }),
      ask(stack, lasting, { partner: control }),
    ])
    await delay(1000)
    await revokeByRow(stack, { partner: revoked })
    await removePermission(leaving)
    await lockDown(stack, { scope: 'partner', id: locked })
    const [a, b, c, d] = await answers
    meanwhile = { revoked: a, removed: b, locked: c, control: d }
    for (const tenant of partners) {
      expect(await redemptions(stack, tenant, 'refresh_token')).toBe(4)
    }
  }, 90_000)

  test('a revocation keeps it from leaving', () => {
    expectRefusal(meanwhile.revoked, { code: 'grant_revoked', says: revokedSays })
  })

  test('the loss of the permission keeps it from leaving', () => {
    expectRefusal(meanwhile.removed, { code: 'not_permitted', says: 'no permission lets this' })
  })

  test('a lockdown keeps it from leaving', () => {
    expectRefusal(meanwhile.locked, { code: 'locked_down', says: 'must lift the lockdown' })
  })

  test('and nothing else does: the control leaves', () => {
    expect(meanwhile.control.status).toBe(200)
  })
})

const revoke = (tenant: string) => revokeByRow(stack, { partner: tenant, generation: 0 })

describe('a revocation during a consent', () => {
  test('that was begun before is refused, and nothing is stored', async () => {
    const own = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, own)).url)
    const posted = await signIn(started, own.ada)
    await revoke(own.tenant)
    expect((await postCallback(posted, started)).status).toBeGreaterThanOrEqual(403)
    await expectNothingStored(stack, own.tenant)
  })

  test('that is being proven at that moment leaves no grant that works', async () => {
    const own = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, own)).url)
    const posted = await signIn(started, own.ada)
    const match = { tenant: own.tenant, grant_type: 'refresh_token' }
    await addFault(stack.entra, { match, delayMs: 3000, times: 1 })
    const page = postCallback(posted, started)
    await delay(1000)
    await revoke(own.tenant)
    expect((await page).status).toBe(403)
    expect((await grantRow(stack, own.tenant))?.['status']).not.toBe('active')
  })

  test('voids the invitations that are out, and a new one onboards again', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    await revoke(own.tenant)
    expect((await openPage(url)).status).toBe(404)
    expect((await fetch(url, { method: 'POST', redirect: 'manual' })).status).toBe(404)
    expectConsented(await consent((await invite(stack, own)).url, own.ada))
    const answer = await ask(stack, lasting, { partner: own.tenant })
    expect(answer.status).toBe(200)
  })
})
