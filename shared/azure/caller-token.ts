import type { JWTPayload } from 'jose'
import * as z from 'zod'
import type { Caller } from '../broker/caller.ts'
import {
  claimsAs,
  unauthenticated,
  verifiedClaims,
  type AccessTokenRules,
} from './entra/access-token.ts'
import type { TenantKeys } from './entra/tenant-keys.ts'

/** A verified application token for the broker's API: who, and with which app roles. */
export type VerifiedCaller = Caller & { roles: string[] }

export type VerifyCallerToken = (token: string) => Promise<VerifiedCaller>

const claims = z.object({
  ver: z.literal('2.0'),
  tid: z.guid().toLowerCase(),
  azp: z.guid().toLowerCase(),
  idtyp: z.literal('app'),
  roles: z.array(z.string()).catch([]),
})

/** Verifies an Entra v2.0 application token; a person's delegated token never passes. */
export const verifyCallerToken =
  (rules: AccessTokenRules, keys: TenantKeys): VerifyCallerToken =>
  async (token) =>
    applicationOf(await verifiedClaims(token, rules, keys))

/** The application of verified claims. */
export const applicationOf = (payload: JWTPayload): VerifiedCaller => {
  const { tid, azp, roles } = claimsAs(claims, payload)
  return { tenant: tid, clientId: azp, roles }
}

/** Refuses a token without one of these app roles. */
export const requireRole = (caller: VerifiedCaller, anyOf: readonly string[]): void => {
  if (!anyOf.some((role) => caller.roles.includes(role))) throw unauthenticated('roles')
}
