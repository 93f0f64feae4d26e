import { callerKey, type Caller } from './caller.ts'
import { compileNetworks, type Admits } from './network.ts'

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
  /** CIDR; absent: from wherever the broker can be reached. */
  networks?: string[]
  /** Milliseconds since the epoch. */
  notAfter?: number
  /** `audit` never grants: it records what it would have decided. */
  mode: 'enforce' | 'audit'
}

/** A permission made ready to decide, once per change. */
export type CompiledPermission = Permission & { admits?: Admits }

export const compilePermission = (permission: Permission): CompiledPermission => ({
  ...permission,
  ...(permission.networks && { admits: compileNetworks(permission.networks) }),
})

/** The part of a request that a permission decides on. */
export type Asked = {
  caller: Caller
  partner: string
  customer?: string
  audience: string
  purpose?: string
  /** The caller's address as the trusted proxies saw it; absent when it could not be read. */
  address?: string
}

// In the order in which a permission is read: a later reason is a nearer miss.
const refusals = [
  'no_permission',
  'partner',
  'audience',
  'customer',
  'expired',
  'network',
  'purpose',
  'purpose_missing',
] as const

export type Refusal = (typeof refusals)[number]

export type Decision =
  | { allowed: true; permission: string; purpose: string }
  | { allowed: false; reason: Refusal; permission?: string; purposes?: string[] }

/** Decides on one request: the first permission that allows wins; `reason` is the nearest miss. */
export const decide = (
  permissions: readonly CompiledPermission[],
  asked: Asked,
  now: number,
): Decision => {
  const own = permissions.filter(({ caller, mode }) => mode === 'enforce' && isOf(caller, asked))
  const decisions = own.map((permission) => decideOne(permission, asked, now))
  return decisions.find((one) => one.allowed) ?? nearest(decisions)
}

const isOf = (caller: Caller, asked: Asked): boolean =>
  callerKey(caller) === callerKey(asked.caller)

const nearest = (decisions: Decision[]): Decision =>
  decisions.reduce<Decision>(
    (best, one) => (!one.allowed && !best.allowed && isNearer(one, best) ? one : best),
    { allowed: false, reason: 'no_permission' },
  )

type Refused = Extract<Decision, { allowed: false }>

const isNearer = (one: Refused, other: Refused): boolean =>
  refusals.indexOf(one.reason) > refusals.indexOf(other.reason)

/** What one permission says, whatever its mode. */
export const decideOne = (permission: CompiledPermission, asked: Asked, now: number): Decision => {
  const { name, purposes } = permission
  const refused = (reason: Refusal): Decision => ({
    allowed: false,
    reason,
    permission: name,
    purposes,
  })
  if (!covers(permission.partners, asked.partner)) return refused('partner')
  if (!permission.audiences.includes(asked.audience)) return refused('audience')
  if (!allowsCustomer(permission, asked.customer)) return refused('customer')
  if (permission.notAfter !== undefined && now >= permission.notAfter) return refused('expired')
  if (!allowsAddress(permission, asked.address)) return refused('network')
  const purpose = asked.purpose ?? onlyOne(purposes)
  if (purpose === undefined) return refused('purpose_missing')
  return purposes.includes(purpose)
    ? { allowed: true, permission: name, purpose }
    : refused('purpose')
}

const covers = (named: string[] | 'any', one: string): boolean =>
  named === 'any' || named.includes(one)

const allowsCustomer = ({ customers }: Permission, customer: string | undefined): boolean =>
  customer === undefined || (customers !== 'none' && covers(customers, customer))

// A permission with networks that was not compiled admits nobody.
const allowsAddress = ({ networks, admits }: CompiledPermission, address: string | undefined) =>
  networks === undefined || (address !== undefined && admits?.(address) === true)

const onlyOne = (purposes: string[]): string | undefined =>
  purposes.length === 1 ? purposes[0] : undefined
