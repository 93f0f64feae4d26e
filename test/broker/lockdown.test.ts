import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lockdownFor, type Lockdown, type LockdownScope } from '../../shared/broker/lockdown.ts'

const lockdown = (scope: LockdownScope, id?: string): Lockdown => ({
  v: 1,
  name: `${scope} ${id}`,
  scope,
  reason: 'r',
  by: 'operator',
  at: 0,
  ...(id !== undefined && { id }),
})
const asked = { caller: { tenant: 't1', clientId: 'c1' }, partner: 'p1', audience: 'a1' }
const stops = (one: Lockdown) => lockdownFor([one], asked) === one

test('each scope stops what it names and nothing else', () => {
  expect([lockdown('all'), lockdown('all', 'whatever')].map(stops)).toEqual([true, true])
  expect([lockdown('partner', 'p1'), lockdown('partner', 'p2')].map(stops)).toEqual([true, false])
  expect([lockdown('audience', 'a1'), lockdown('audience', 'a2')].map(stops)).toEqual([true, false])
  expect(stops(lockdown('caller', 't1/c1'))).toBe(true)
  for (const id of ['t2/c1', 't1/c2', 't1', 'c1', '', 't1/c1/']) {
    expect(stops(lockdown('caller', id))).toBe(false)
  }
})

test('an id counts only in its own scope', () => {
  for (const scope of ['partner', 'caller', 'audience'] as const) {
    const own = { partner: 'p1', caller: 't1/c1', audience: 'a1' }
    for (const [of, id] of Object.entries(own))
      expect(stops(lockdown(scope, id))).toBe(of === scope)
  }
})

test('no lockdown stops nothing', () => {
  expect(lockdownFor([], asked)).toBeUndefined()
})

const lockdowns = fc.array(
  fc
    .tuple(
      fc.constantFrom<LockdownScope>('all', 'partner', 'caller', 'audience'),
      fc.constantFrom('p1', 'p2', 't1/c1', 't2/c1', 'a1', 'a2', 'x'),
    )
    .map(([scope, id]) => lockdown(scope, scope === 'all' ? undefined : id)),
  { maxLength: 5 },
)
const requests = fc.record({
  caller: fc.record({
    tenant: fc.constantFrom('t1', 't2'),
    clientId: fc.constantFrom('c1', 'c2'),
  }),
  partner: fc.constantFrom('p1', 'p2'),
  audience: fc.constantFrom('a1', 'a2'),
})

test('a request is stopped exactly when some lockdown names it, whatever else is locked', () => {
  fc.assert(
    fc.property(lockdowns, requests, (all, { caller, partner, audience }) => {
      const names = [
        'all undefined',
        `partner ${partner}`,
        `caller ${caller.tenant}/${caller.clientId}`,
        `audience ${audience}`,
      ]
      const found = lockdownFor(all, { caller, partner, audience })
      expect(found !== undefined).toBe(all.some(({ name }) => names.includes(name)))
      if (found) expect(names).toContain(found.name)
    }),
  )
})
