import type { Directory } from '../directory.ts'

/** Names and fixed ids of everybody in the local directory. */
export const tenants = {
  operator: 'c0a7e000-0000-4000-8000-0000000000a1',
  fabrikam: 'fab41c00-0000-4000-8000-0000000000b1',
  tailspin: '7a115b00-0000-4000-8000-0000000000b2',
  woodgrove: '30d64e00-0000-4000-8000-0000000000c1',
  lamna: '1a3ba000-0000-4000-8000-0000000000c2',
  adatum: 'ada70000-0000-4000-8000-0000000000d1',
} as const

export const partners: Directory['partners'] = [
  { name: 'Fabrikam Partner', tenant: tenants.fabrikam },
  { name: 'Tailspin Partner', tenant: tenants.tailspin },
]

export const customers: Directory['customers'] = [
  { name: 'Woodgrove Bank', tenant: tenants.woodgrove, partner: tenants.fabrikam },
  { name: 'Lamna Healthcare', tenant: tenants.lamna, partner: tenants.tailspin },
]

type Person = Directory['people'][number]

const person = (last: number, facts: Omit<Person, 'objectId'>): Person => ({
  objectId: `0b1ec700-0000-4000-8000-0000000000e${last}`,
  ...facts,
})

export const people: Directory['people'] = [
  person(1, {
    name: 'Ada, administrator and agent of Fabrikam',
    username: 'admin@fabrikam-partner.example',
    tenant: tenants.fabrikam,
    mfa: true,
    admin: true,
    agent: true,
  }),
  person(2, {
    name: 'Ben, agent of Fabrikam without MFA',
    username: 'no-mfa@fabrikam-partner.example',
    tenant: tenants.fabrikam,
    mfa: false,
    admin: true,
    agent: true,
  }),
  person(3, {
    name: 'Cleo, administrator and agent of Tailspin',
    username: 'admin@tailspin-partner.example',
    tenant: tenants.tailspin,
    mfa: true,
    admin: true,
    agent: true,
  }),
  person(4, {
    name: 'Dan, user of Fabrikam without any role',
    username: 'user@fabrikam-partner.example',
    tenant: tenants.fabrikam,
    mfa: true,
    admin: false,
    agent: false,
  }),
  person(5, {
    name: 'Eve, guest in Fabrikam from Adatum',
    username: 'guest@adatum.example',
    tenant: tenants.adatum,
    guestIn: tenants.fabrikam,
    mfa: true,
    admin: false,
    agent: false,
  }),
  person(6, {
    name: 'Fay, second administrator and agent of Fabrikam',
    username: 'second-admin@fabrikam-partner.example',
    tenant: tenants.fabrikam,
    mfa: true,
    admin: true,
    agent: true,
  }),
  person(7, {
    name: 'Sam, agent of Fabrikam and no administrator',
    username: 'sam-agent@fabrikam-partner.example',
    tenant: tenants.fabrikam,
    mfa: true,
    admin: false,
    agent: true,
  }),
]
