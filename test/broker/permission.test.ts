import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compilePermission,
  decide,
  type Asked,
  type Permission,
} from '../../shared/broker/permission.ts'

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
  decide([compilePermission({ ...permission, ...changes })], { ...asked, ...ask }, now)

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

const networks = ['203.0.113.0/24', '2001:db8::/32']

test('networks admit only the addresses in them; an address that is not known is in none', () => {
  for (const address of ['203.0.113.0', '203.0.113.255', '2001:db8:ffff::1']) {
    expect(decideWith({ networks }, { address })).toMatchObject({ allowed: true })
  }
  for (const address of ['203.0.112.255', '203.0.114.0', '2001:db9::', 'unknown', '']) {
    expect(decideWith({ networks }, { address })).toMatchObject({ reason: 'network' })
  }
  expect(decideWith({ networks })).toMatchObject({ reason: 'network' })
  expect(decideWith({ networks: [] }, { address: '203.0.113.1' })).toMatchObject({
    reason: 'network',
  })
})

test('one network that cannot be read shuts the whole permission', () => {
  const broken = { networks: [...networks, '203.0.113.0/33'] }
  expect(decideWith(broken, { address: '203.0.113.1' })).toMatchObject({ reason: 'network' })
})

test('a permission with networks that was not made ready admits nobody', () => {
  const raw = { ...permission, networks }
  expect(decide([raw], { ...asked, address: '203.0.113.1' }, now)).toMatchObject({
    reason: 'network',
  })
})

test('an address changes nothing where no networks are named', () => {
  for (const address of ['203.0.113.1', 'unknown']) {
    expect(decideWith({}, { address })).toMatchObject({ allowed: true })
  }
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
      networks: some('10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32', '10.1.0.1/33'),
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
    address: fc.constantFrom('10.1.0.1', '10.2.0.1', '11.0.0.1', '2001:db8::1', 'unknown'),
  },
  { requiredKeys: ['caller', 'partner', 'audience'] },
)

// Spelled out, so that no code of the product decides it.
const members: Record<string, string[]> = {
  '10.0.0.0/8': ['10.1.0.1', '10.2.0.1'],
  '10.1.0.0/16': ['10.1.0.1'],
  '2001:db8::/32': ['2001:db8::1'],
}
const lies = (address: string | undefined, named: string[]): boolean =>
  address !== undefined &&
  named.every((network) => network in members) &&
  named.some((network) => members[network]?.includes(address))

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
    !(one.notAfter !== undefined && one.notAfter <= now) &&
    (one.networks === undefined || lies(ask.address, one.networks))
  if (!holds) return []
  const wanted = ask.purpose ?? (one.purposes.length === 1 ? one.purposes[0] : undefined)
  return one.purposes.filter((purpose) => purpose === wanted)
}

test('a request is allowed exactly when some permission grants it by the contract', () => {
  fc.assert(
    fc.property(permissions, requests, (all, ask) => {
      const decision = decide(all.map(compilePermission), ask, now)
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
    fc.property(permissions, requests, fc.nat(), (stored, ask, index) => {
      const all = stored.map(compilePermission)
      const fewer = all.toSpliced(all.length === 0 ? 0 : index % all.length, 1)
      if (decide(fewer, ask, now).allowed) expect(decide(all, ask, now).allowed).toBe(true)
    }),
    { numRuns: 5000 },
  )
})
