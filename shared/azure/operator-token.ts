import type { JWTPayload } from 'jose'
import * as z from 'zod'
import { BrokerError } from '../broker/broker-error.ts'
import type { AuthenticateOperator, Operator } from '../broker/operator.ts'
import { applicationOf } from './caller-token.ts'
import { claimsAs, verifiedClaims, type AccessTokenRules } from './entra/access-token.ts'
import type { TenantKeys } from './entra/tenant-keys.ts'

const personClaims = z.object({
  ver: z.literal('2.0'),
  tid: z.guid().toLowerCase(),
  azp: z.guid().toLowerCase(),
  oid: z.guid().toLowerCase(),
  // An optional claim: only tokens of registrations that ask for it have it.
  idtyp: z.literal('user').optional(),
  scp: z.string(),
  roles: z.array(z.string()).catch([]),
  acrs: z.array(z.string()).catch([]),
})

/**
 * Verifies an Entra v2.0 token of an application, or a person's delegated one with the permission
 * `Manage`. Only a delegated token has `scp`.
 */
export const verifyOperatorToken =
  (rules: AccessTokenRules, keys: TenantKeys): AuthenticateOperator =>
  async (token) => {
    const payload = await verifiedClaims(token, rules, keys)
    return 'scp' in payload ? personOf(payload) : applicationOf(payload)
  }

const personOf = (payload: JWTPayload): Operator => {
  const { tid, azp, oid, scp, roles, acrs } = claimsAs(personClaims, payload)
  if (!scp.split(' ').includes('Manage')) throw scopeMissing()
  return { tenant: tid, clientId: azp, roles, person: { id: oid, authContexts: acrs } }
}

const scopeMissing = () =>
  new BrokerError(
    'not_permitted',
    "a person's token needs the delegated permission Manage of the broker's API",
    { reason: 'scope_missing' },
  )
