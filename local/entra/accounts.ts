import { createHash } from 'node:crypto'
import type { Directory, Person } from '../directory.ts'

/** A person as one tenant sees her: at home, as a guest, or as a partner's agent through GDAP. */
export type Account = {
  person: Person
  tenant: string
  objectId: string
  kind: 'member' | 'guest' | 'delegated'
}

/** Authorities that stand for "the tenant of whoever signs in". */
export const isMultiTenant = (authority: string): boolean =>
  authority === 'common' || authority === 'organizations'

/** Every tenant that exists here. */
export const knownTenants = (directory: Directory): Set<string> =>
  new Set([
    directory.operatorTenant,
    ...[...directory.partners, ...directory.customers, ...directory.callers].map(
      ({ tenant }) => tenant,
    ),
    ...directory.people.flatMap(({ tenant, guestIn }) => (guestIn ? [tenant, guestIn] : [tenant])),
  ])

/** The name of a tenant, where the directory gives one. */
export const tenantName = (directory: Directory, tenant: string): string =>
  [...directory.partners, ...directory.customers].find((one) => one.tenant === tenant)?.name ??
  (tenant === directory.operatorTenant ? 'the operator' : tenant)

/** The account with which this person can sign in at that tenant. */
export const signInAccount = (person: Person, tenant: string): Account | undefined => {
  if (person.tenant === tenant) {
    return { person, tenant, objectId: person.objectId, kind: 'member' }
  }
  if (person.guestIn !== tenant) return undefined
  return { person, tenant, objectId: stableGuid(person.objectId, tenant), kind: 'guest' }
}

/** The account for which a refresh token of this person may be redeemed at that tenant. */
export const redemptionAccount = (
  directory: Directory,
  person: Person,
  tenant: string,
): Account | undefined => {
  const account = signInAccount(person, tenant)
  if (account) return account
  const serves = directory.customers.some(
    (customer) => customer.tenant === tenant && customer.partner === person.tenant,
  )
  if (!serves || !person.agent) return undefined
  return { person, tenant, objectId: person.objectId, kind: 'delegated' }
}

/** A GUID that follows from its parts, such as the object id of an application in a tenant. */
export const stableGuid = (...parts: string[]): string => {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
