import { decideOrThrow } from './authorized.ts'
import { asBrokerError, type BrokerErrorCode } from './broker-error.ts'
import { callerKey } from './caller.ts'
import type { Grant } from './grant.ts'
import { lockdownFor, type Lockdown } from './lockdown.ts'
import { partnerHealth, type PartnerHealth } from './partner-health.ts'
import { decideOne, type Asked, type Decision, type Permission } from './permission.ts'
import { compilePolicy, type PolicyRows } from './policy.ts'
import type { Rows } from './rows.ts'
import { grantRefusal } from './usable-grant.ts'

/** What a permission of the caller says, whatever its mode. */
export type PermissionDecision = { name: string; mode: Permission['mode'] } & Decision

/** What would become of a request, and why. */
export type Explanation = {
  /** What the token endpoint would answer; absent when it would ask Entra for a token. */
  code?: BrokerErrorCode
  /** The inner reason, as on record. */
  reason?: string
  /** The permission that decides. */
  permission?: string
  purpose?: string
  /** Each permission that names the caller. */
  permissions: PermissionDecision[]
  lockdown?: Lockdown
  partner?: PartnerHealth
}

export type ExplainingPorts = {
  policy: Pick<PolicyRows, 'readAll'>
  grants: Pick<Rows<Grant>, 'read'>
}

/** Decides on a hypothetical request by the rules of issuing, on rows read this moment. */
export const explain = async (
  { policy, grants }: ExplainingPorts,
  asked: Asked,
  at: number,
): Promise<Explanation> => {
  const compiled = compilePolicy(await policy.readAll())
  const { partner, audience } = asked
  const grant = (await grants.read(partner))?.value
  const revocation = compiled.revocations.get(partner)
  const lockdown = lockdownFor(compiled.lockdowns, asked)
  const health = partnerHealth(partner, { grant, revocation }, at)
  return {
    ...outcomeOf(() => {
      const allowed = decideOrThrow(compiled, asked, at)
      const refusal = grantRefusal(grant, { partner, audience, now: at, revocation })
      return { ...allowed, refusal }
    }),
    permissions: compiled.permissions
      .filter(({ caller }) => callerKey(caller) === callerKey(asked.caller))
      .map((one) => ({ name: one.name, mode: one.mode, ...decideOne(one, asked, at) })),
    ...(lockdown && { lockdown }),
    ...(health && { partner: health }),
  }
}

type Outcome = Pick<Explanation, 'code' | 'reason' | 'permission' | 'purpose'>
type Allowed = { permission: string; purpose: string; refusal: Error | undefined }

const outcomeOf = (decide: () => Allowed): Outcome => {
  try {
    const { permission, purpose, refusal } = decide()
    return { permission, purpose, ...(refusal && refusalOf(refusal)) }
  } catch (thrown) {
    return refusalOf(thrown)
  }
}

const refusalOf = (thrown: unknown): Outcome => {
  const { code, detail } = asBrokerError(thrown)
  const { reason, permission } = detail
  return {
    code,
    ...(reason !== undefined && { reason }),
    ...(permission !== undefined && { permission }),
  }
}
