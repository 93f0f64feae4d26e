import { expect, test } from 'vitest'
import { narrowings } from '../../ops/narrowing.ts'

const caller = { tenant: 'A0000000-0000-4000-8000-000000000001', clientId: 'c' }
const before = {
  caller,
  partners: ['p1', 'p2'],
  audiences: ['https://graph.microsoft.com', 'https://management.azure.com'],
  customers: 'any',
  purposes: ['billing', 'support'],
  networks: ['203.0.113.0/24'],
  notAfter: '2027-06-01T00:00:00.000Z',
  mode: 'enforce',
}

test('the same permission in another spelling takes nothing away', () => {
  const after = {
    ...before,
    caller: { ...caller, tenant: caller.tenant.toLowerCase() },
    partners: ['P2', 'P1'],
    audiences: ['https://management.azure.com/', 'https://graph.microsoft.com/'],
    notAfter: '2027-06-01T02:00:00+02:00',
  }
  expect(narrowings(before, after)).toEqual([])
})

test.each([
  ['a partner', { partners: ['p1'] }, 'partners lose p2'],
  ['an audience', { audiences: ['https://graph.microsoft.com'] }, 'audiences lose'],
  ['any customer', { customers: ['c1'] }, 'customers are no longer any'],
  ['every customer', { customers: 'none' }, 'customers are no longer any'],
  ['every customer, by saying nothing', { customers: undefined }, 'customers are no longer any'],
  ['a purpose', { purposes: ['billing'] }, 'purposes lose support'],
  ['a network', { networks: ['198.51.100.0/24'] }, 'networks lose 203.0.113.0/24'],
  ['time', { notAfter: '2027-01-01T00:00:00Z' }, 'it ends at 2027-01-01T00:00:00Z'],
  ['all, by mode audit', { mode: 'audit' }, 'mode becomes audit'],
  ['all, by another caller', { caller: { ...caller, clientId: 'd' } }, 'loses it altogether'],
])('losing %s is narrower', (_what, change, said) => {
  expect(narrowings(before, { ...before, ...change })).toEqual([expect.stringContaining(said)])
})

test('networks where there were none, and an end where there was none, are narrower', () => {
  const { networks, notAfter, ...open } = before
  expect(narrowings(open, before)).toEqual(['networks are no longer any', `it ends at ${notAfter}`])
  expect(networks).toHaveLength(1)
})

test.each([
  ['more of everything', { partners: 'any', purposes: ['billing', 'support', 'sales'] }],
  ['no network and no end', { networks: undefined, notAfter: undefined }],
  ['a later end', { notAfter: '2028-01-01T00:00:00Z' }],
])('%s is not narrower', (_what, change) => {
  expect(narrowings(before, { ...before, ...change })).toEqual([])
})

test('what granted nothing has nothing to lose', () => {
  expect(narrowings({ ...before, mode: 'audit' }, { ...before, partners: ['p1'] })).toEqual([])
  expect(narrowings(undefined, before)).toEqual([])
})
