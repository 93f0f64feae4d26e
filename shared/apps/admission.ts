import { requireRole, verifyCallerToken, type VerifyCallerToken } from '../azure/caller-token.ts'
import type { TenantKeys } from '../azure/entra/tenant-keys.ts'
import { verifyOperatorToken } from '../azure/operator-token.ts'
import type { AuthenticateOperator } from '../broker/operator.ts'
import type { BrokerConfig } from '../config.ts'

/** Callers of the token endpoint: applications of the allowed tenants with the role `Token.Issue`. */
export const callerAdmission = (config: BrokerConfig, keys: TenantKeys): VerifyCallerToken => {
  const verify = verifyCallerToken(rulesOf(config, config.CALLER_TENANTS), keys)
  return async (token) => {
    const caller = await verify(token)
    requireRole(caller, ['Token.Issue'])
    return caller
  }
}

/** The onboarding app: an application of the operator's own tenant. */
export const relayAdmission = (config: BrokerConfig, keys: TenantKeys): AuthenticateOperator =>
  verifyCallerToken(rulesOf(config, [config.OPERATOR_TENANT]), keys)

/** Whoever manages: an application or a person of the operator's own tenant. */
export const operatorAdmission = (config: BrokerConfig, keys: TenantKeys): AuthenticateOperator =>
  verifyOperatorToken(rulesOf(config, [config.OPERATOR_TENANT]), keys)

const rulesOf = (config: BrokerConfig, tenants: readonly string[]) => ({
  authorityHost: config.ENTRA_AUTHORITY,
  brokerClientId: config.BROKER_CLIENT_ID,
  tenants,
})
