import { openAudit } from '../broker/audit.ts'
import { policySnapshot } from '../broker/policy.ts'
import { environment, readBrokerConfig, type BrokerConfig } from '../config.ts'
import { callerAdmission, openDoors, operatorAdmission } from './broker-doors.ts'
import { consenting, inviting } from './consenting.ts'
import { issuing } from './issuing.ts'
import { auditLine, auditOverflow, refused } from './log-lines.ts'

/** The broker app: every part once per process, made at first use. */
export const broker = (): Broker => (made ??= makeBroker(readBrokerConfig(environment())))

export type Broker = ReturnType<typeof makeBroker>

let made: Broker | undefined

const clock = () => Date.now()

const makeBroker = (config: BrokerConfig) => {
  const now = clock
  const doors = openDoors(config, now)
  const currentPolicy = policySnapshot(doors.policy, now)
  const audit = openAudit({ rows: doors.audit, line: auditLine, onOverflow: auditOverflow, now })
  const links = { documentationUrl: config.DOCUMENTATION_URL, onboardingUrl: config.ONBOARDING_URL }
  const brokerUrl = config.BROKER_URL
  const trustedProxies = config.TRUSTED_PROXIES
  const admit = operatorAdmission(config, doors.keys)
  const desk = { admit, brokerUrl, onRefused: refused, now }
  return {
    discovery: { brokerUrl, links },
    token: {
      authenticate: callerAdmission(config, doors.keys),
      issueToken: issuing(config, { ...doors, currentPolicy, audit, now }),
      trustedProxies,
      links,
      now,
      onRefused: refused,
    },
    relay: { ...desk, relay: consenting(config, { ...doors, now }) },
    permissions: { ...desk, permissions: doors.permissions },
    invitations: { ...desk, ...inviting(config, { ...doors, now }) },
    ready: async () => void (await Promise.all([currentPolicy(), doors.publicKey()])),
  }
}
