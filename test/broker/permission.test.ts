import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, type Asked, type Permission } from '../../shared/broker/permission.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const caller = { tenant: 't1', clientId: 'c1' }
const permission: Permission = {
  v: 1,
  name: 'one',
  caller,
  partners: ['p1'],
  audiences: ['a1'],
  customers: 'none',
  purposes: ['billing'],
  mode: 'enforce',
}
const asked: Asked = { caller, partner: 'p1', audience: 'a1' }
const decideWith = (changes: Partial<Permission>, ask: Partial<Asked> = {}) =>
  decide([{ ...permission, ...changes }], { ...asked, ...ask }, now)

test('what no permission names is refused', () => {
  expect(decide([], asked, now)).toEqual({ allowed: false, reason: 'no_permission' })
  expect(decideWith({})).toEqual({ allowed: true, permission: 'one', purpose: 'billing' })
  expect(decideWith({}, { partner: 'p2' })).toMatchObject({ reason: 'partner' })
  expect(decideWith({}, { audience: 'a2' })).toMatchObject({ reason: 'audience' })
  expect(decideWith({}, { customer: 'k1' })).toMatchObject({ reason: 'customer' })
})

test('a caller is its tenant and its application: neither alone is enough', () => {
  for (const other of [
    { tenant: 't2', clientId: 'c1' },
    { tenant: 't1', clientId: 'c2' },
  ]) {
    expect(decideWith({}, { caller: other })).toMatchObject({ reason: 'no_permission' })
  }
})

test('a permission ends at its not-after, to the millisecond', () => {
  expect(decideWith({ notAfter: now + 1 })).toMatchObject({ allowed: true })
  for (const notAfter of [now, now - 1, 0]) {
    expect(decideWith({ notAfter })).toMatchObject({ reason: 'expired' })
  }
})

const allowed = (customers: Permission['customers'], customer?: string) =>
  decideWith({ customers }, { ...(customer !== undefined && { customer }) }).allowed

test('customers are none, some or any; the partner itself needs none of them', () => {
  expect([allowed('none'), allowed(['k1']), allowed([]), allowed('any')]).toEqual(
    Array(4).fill(true),
  )
  expect([allowed('none', 'k1'), allowed([], 'k1'), allowed(['k1'], 'k2')]).toEqual(
    Array(3).fill(false),
  )
  expect([allowed(['k1'], 'k1'), allowed('any', 'k2')]).toEqual([true, true])
})

test('one purpose is implied; several must be told apart; another is refused', () => {
  expect(decideWith({ purposes: ['support'] })).toMatchObject({ purpose: 'support' })
  const several = { purposes: ['billing', 'support'] }
  expect(decideWith(several)).toMatchObject({ reason: 'purpose_missing', ...several })
  expect(decideWith(several, { purpose: 'support' })).toMatchObject({ purpose: 'support' })
  expect(decideWith(several, { purpose: 'other' })).toMatchObject({ reason: 'purpose' })
  expect(decideWith({ purposes: [] })).toMatchObject({ allowed: false })
})

test('a missing purpose is said only once the permission otherwise allows', () => {
  const several = { purposes: ['billing', 'support'] }
  expect(decideWith({ ...several, notAfter: now })).toMatchObject({ reason: 'expired' })
  expect(decideWith(several, { partner: 'p2' })).toMatchObject({ reason: 'partner' })
  expect(decideWith(several, { customer: 'k1' })).toMatchObject({ reason: 'customer' })
})

test('a permission in mode audit never grants, not even beside a nearer miss', () => {
  expect(decideWith({ mode: 'audit' })).toEqual({ allowed: false, reason: 'no_permission' })
  const audit = { ...permission, mode: 'audit' as const }
  const other = { ...permission, audiences: ['a2'] }
  expect(decide([audit, other], asked, now)).toMatchObject({ reason: 'audience' })
})

test('the reason is the nearest miss, in whatever order the permissions are', () => {
  const far = { ...permission, name: 'far', partners: ['p9'] }
  const near = { ...permission, name: 'near', notAfter: now }
  for (const all of [
    [far, near],
    [near, far],
  ]) {
    expect(decide(all, asked, now)).toMatchObject({ reason: 'expired', permission: 'near' })
  }
})

const some = (...names: string[]) => fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 })
const callers = fc.record({
  tenant: fc.constantFrom('t1', 't2'),
  clientId: fc.constantFrom('c1', 'c2'),
})
const instants = fc.constantFrom(now - 1, now, now + 1)
const permissions = fc.uniqueArray(
  fc.record<Permission, keyof Permission>(
    {
      v: fc.constant(1),
      name: fc.uuid(),
      caller: callers,
      partners: fc.oneof(fc.constant('any' as const), some('p1', 'p2', 'any')),
      audiences: some('a1', 'a2'),
      customers: fc.oneof(fc.constantFrom('any' as const, 'none' as const), some('k1', 'k2')),
      purposes: some('x', 'y', 'z'),
      notAfter: instants,
      mode: fc.constantFrom('enforce' as const, 'audit' as const),
    },
    {
      requiredKeys: [
        'v',
        'name',
        'caller',
        'partners',
        'audiences',
        'customers',
        'purposes',
        'mode',
      ],
    },
  ),
  { maxLength: 5, selector: ({ name }) => name },
)
const requests = fc.record<Asked, keyof Asked>(
  {
    caller: callers,
    partner: fc.constantFrom('p1', 'p2'),
    customer: fc.constantFrom('k1', 'k2'),
    audience: fc.constantFrom('a1', 'a2'),
    purpose: fc.constantFrom('x', 'y'),
  },
  { requiredKeys: ['caller', 'partner', 'audience'] },
)

/** Which purposes each permission would let this request have: written from the contract alone. */
const grantedPurposes = (one: Permission, ask: Asked): string[] => {
  const partners = one.partners === 'any' ? [ask.partner] : one.partners
  const customers: (string | undefined)[] = [undefined]
  if (one.customers === 'any') customers.push(ask.customer)
  else if (one.customers !== 'none') customers.push(...one.customers)
  const holds =
    one.mode !== 'audit' &&
    `${one.caller.tenant}/${one.caller.clientId}` ===
      `${ask.caller.tenant}/${ask.caller.clientId}` &&
    partners.some((partner) => partner === ask.partner) &&
    one.audiences.some((audience) => audience === ask.audience) &&
    customers.some((customer) => customer === ask.customer) &&
    !(one.notAfter !== undefined && one.notAfter <= now)
  if (!holds) return []
  const wanted = ask.purpose ?? (one.purposes.length === 1 ? one.purposes[0] : undefined)
  return one.purposes.filter((purpose) => purpose === wanted)
}

test('a request is allowed exactly when some permission grants it by the contract', () => {
  fc.assert(
    fc.property(permissions, requests, (all, ask) => {
      const decision = decide(all, ask, now)
      const granting = all.filter((one) => grantedPurposes(one, ask).length > 0)
      expect(decision.allowed).toBe(granting.length > 0)
      if (!decision.allowed) return
      const by = granting.find(({ name }) => name === decision.permission)
      expect(by && grantedPurposes(by, ask)).toEqual([decision.purpose])
    }),
    { numRuns: 20_000 },
  )
})

test('taking a permission away never allows more', () => {
  fc.assert(
    fc.property(permissions, requests, fc.nat(), (all, ask, index) => {
      const fewer = all.toSpliced(all.length === 0 ? 0 : index % all.length, 1)
      if (decide(fewer, ask, now).allowed) expect(decide(all, ask, now).allowed).toBe(true)
    }),
    { numRuns: 5000 },
  )
})
