import { decodeJwt, jwtVerify, type JWTPayload } from 'jose'
import type * as z from 'zod'
import { BrokerError } from '../../broker/broker-error.ts'
import { atDoor } from '../sanitize.ts'
import { jwtProblem } from './jwt-problem.ts'
import type { TenantKeys } from './tenant-keys.ts'

export type AccessTokenRules = {
  authorityHost: string
  /** Client id of the broker's API registration: the only audience accepted. */
  brokerClientId: string
  /** Tenants whose tokens count at all. */
  tenants: readonly string[]
}

const clockToleranceSeconds = 60
const timeoutMs = 10_000

/**
 * The claims of an Entra token for the broker: signature by the tenant's published keys (RS256
 * only), exact issuer, audience and time hold. Throws `caller_unauthenticated`; the failed check is
 * named only once the signature holds.
 */
export const verifiedClaims = async (
  token: string,
  rules: AccessTokenRules,
  keys: TenantKeys,
): Promise<JWTPayload> => {
  const tenant = tenantOf(token)
  if (tenant === undefined || !rules.tenants.includes(tenant)) throw unauthenticated('signature')
  return atDoor('entra', timeoutMs, async () => {
    try {
      const { payload } = await jwtVerify(token, keys(tenant), {
        algorithms: ['RS256'],
        issuer: `${rules.authorityHost}/${tenant}/v2.0`,
        audience: rules.brokerClientId,
        requiredClaims: ['exp', 'tid', 'azp'],
        clockTolerance: clockToleranceSeconds,
      })
      return payload
    } catch (thrown) {
      const problem = jwtProblem(thrown)
      throw problem === undefined ? thrown : unauthenticated(problem)
    }
  })
}

/** The claims that a kind of token must have; names the first that is wrong. */
export const claimsAs = <T>(schema: z.ZodType<T>, payload: JWTPayload): T => {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  throw unauthenticated(String(parsed.error.issues[0]?.path[0]))
}

// Read before verification only to choose the keys that must then verify it.
const tenantOf = (token: string): string | undefined => {
  try {
    const { tid } = decodeJwt(token)
    return typeof tid === 'string' ? tid.toLowerCase() : undefined
  } catch {
    return undefined
  }
}

/** Refuses a token because of that check. */
export const unauthenticated = (check: string): BrokerError =>
  new BrokerError('caller_unauthenticated', `the caller's token was refused: ${explain(check)}`, {
    reason: `caller_token_${check}`,
  })

const explanations: Record<string, string> = {
  signature: 'it is not a valid Entra token of an allowed tenant for this broker',
  aud: 'its audience (aud) is not this broker; ask Entra for {broker audience}/.default',
  exp: 'it has expired (exp); ask Entra for a new one',
  nbf: 'it is not valid yet (nbf); check the clock',
  iss: "its issuer (iss) is not its tenant's v2.0 issuer",
  ver: 'it is not a v2.0 token (ver)',
  idtyp: "it is not an application's token (idtyp must be app)",
  oid: 'it names no person (oid)',
  azp: 'it names no application (azp)',
  roles: 'it lacks the app role that this call needs; the operator must assign it',
}

const explain = (check: string): string => explanations[check] ?? `its claim ${check} is wrong`
