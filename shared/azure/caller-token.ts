import { decodeJwt, jwtVerify, type JWTPayload } from 'jose'
import * as z from 'zod'
import { BrokerError } from '../broker/broker-error.ts'
import type { Caller } from '../broker/caller.ts'
import { jwtProblem } from './entra/jwt-problem.ts'
import type { TenantKeys } from './entra/tenant-keys.ts'
import { atDoor } from './sanitize.ts'

/** A verified application token for the broker's API: who, and with which app roles. */
export type VerifiedCaller = Caller & { roles: string[] }

export type VerifyCallerToken = (token: string) => Promise<VerifiedCaller>

export type CallerTokenRules = {
  authorityHost: string
  /** Client id of the broker's API registration: the only audience accepted. */
  brokerClientId: string
  /** Tenants whose applications may call at all. */
  tenants: readonly string[]
}

const claims = z.object({
  ver: z.literal('2.0'),
  tid: z.guid().toLowerCase(),
  azp: z.guid().toLowerCase(),
  idtyp: z.literal('app'),
  roles: z.array(z.string()).catch([]),
})

const clockToleranceSeconds = 60
const timeoutMs = 10_000

/**
 * Verifies an Entra v2.0 application token: signature by the tenant's published keys (RS256 only),
 * exact issuer, audience, time, `ver`, `idtyp`. Throws `caller_unauthenticated`; the failed check is
 * named only once the signature holds.
 */
export const verifyCallerToken =
  (rules: CallerTokenRules, keys: TenantKeys): VerifyCallerToken =>
  async (token) => {
    const tenant = tenantOf(token)
    if (tenant === undefined || !rules.tenants.includes(tenant)) throw unauthenticated('signature')
    const payload = await atDoor('entra', timeoutMs, () => verified({ token, tenant, rules, keys }))
    const parsed = claims.safeParse(payload)
    if (!parsed.success) throw unauthenticated(String(parsed.error.issues[0]?.path[0]))
    if (parsed.data.tid !== tenant) throw unauthenticated('tid')
    return { tenant, clientId: parsed.data.azp, roles: parsed.data.roles }
  }

/** Refuses a token without one of these app roles. */
export const requireRole = (caller: VerifiedCaller, anyOf: readonly string[]): void => {
  if (!anyOf.some((role) => caller.roles.includes(role))) throw unauthenticated('roles')
}

const verified = async (request: {
  token: string
  tenant: string
  rules: CallerTokenRules
  keys: TenantKeys
}): Promise<JWTPayload> => {
  const { token, tenant, rules, keys } = request
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

const unauthenticated = (check: string): BrokerError =>
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
  azp: 'it names no application (azp)',
  roles: 'it lacks the app role that this call needs; the operator must assign it',
}

const explain = (check: string): string => explanations[check] ?? `its claim ${check} is wrong`
