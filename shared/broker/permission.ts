import type { Caller } from './caller.ts'

/** What a caller may ask for. Deny by default: what no permission names is refused. */
export type Permission = {
  v: 1
  name: string
  caller: Caller
  /** Tenant ids of partners. */
  partners: string[] | 'any'
  /** Resource addresses. */
  audiences: string[]
  /** `none`: only the partner's own tenant. */
  customers: string[] | 'none' | 'any'
  purposes: string[]
  /** Milliseconds since the epoch. */
  notAfter?: number
  mode: 'enforce' | 'audit'
}

/** The part of a request that a permission decides on. */
export type Asked = {
  caller: Caller
  partner: string
  customer?: string
  audience: string
  purpose?: string
}

export type Refusal =
  'no_permission' | 'partner' | 'audience' | 'customer' | 'expired' | 'purpose' | 'purpose_missing'

export type Decision =
  | { allowed: true; permission: string; purpose: string }
  | { allowed: false; reason: Refusal; permission?: string; purposes?: string[] }

/** Decides on one request: the first permission that allows wins; `reason` is the nearest miss. */
export const decide = (permissions: readonly Permission[], asked: Asked, now: number): Decision => {
  const own = permissions.filter((one) => isCaller(one, asked.caller) && one.mode === 'enforce')
  const decisions = own.map((permission) => decideOne(permission, asked, now))
  return decisions.find((one) => one.allowed) ?? nearest(decisions)
}

// In the order in which a permission is read: a later reason is a nearer miss.
const nearness: Refusal[] = [
  'partner',
  'audience',
  'customer',
  'expired',
  'purpose',
  'purpose_missing',
]

const nearest = (decisions: Decision[]): Decision =>
  decisions.reduce<Decision>(
    (best, one) =>
      !one.allowed && !best.allowed && isNearer(one.reason, best.reason) ? one : best,
    { allowed: false, reason: 'no_permission' },
  )

const isNearer = (one: Refusal, other: Refusal): boolean =>
  nearness.indexOf(one) > nearness.indexOf(other)

const isCaller = (permission: Permission, caller: Caller): boolean =>
  permission.caller.tenant === caller.tenant && permission.caller.clientId === caller.clientId

const decideOne = (permission: Permission, asked: Asked, now: number): Decision => {
  const refused = (reason: Refusal): Decision => ({
    allowed: false,
    reason,
    permission: permission.name,
    purposes: permission.purposes,
  })
  if (!covers(permission.partners, asked.partner)) return refused('partner')
  if (!permission.audiences.includes(asked.audience)) return refused('audience')
  if (!allowsCustomer(permission, asked.customer)) return refused('customer')
  if (permission.notAfter !== undefined && now >= permission.notAfter) return refused('expired')
  const purpose = asked.purpose ?? onlyOne(permission.purposes)
  if (purpose === undefined) return refused('purpose_missing')
  if (!permission.purposes.includes(purpose)) return refused('purpose')
  return { allowed: true, permission: permission.name, purpose }
}

const covers = (named: string[] | 'any', one: string): boolean =>
  named === 'any' || named.includes(one)

const allowsCustomer = ({ customers }: Permission, customer: string | undefined): boolean =>
  customer === undefined || (customers !== 'none' && covers(customers, customer))

const onlyOne = (purposes: string[]): string | undefined =>
  purposes.length === 1 ? purposes[0] : undefined
