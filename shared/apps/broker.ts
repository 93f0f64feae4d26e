import { openAudit } from '../broker/audit.ts'
import { measuredPolicy } from '../broker/measured.ts'
import { environment, readBrokerConfig, type BrokerConfig } from '../config.ts'
import { callerAdmission, relayAdmission } from './admission.ts'
import { openDoors } from './broker-doors.ts'
import { consenting } from './consenting.ts'
import { issuing } from './issuing.ts'
import { auditLine, auditOverflow, refused } from './log-lines.ts'
import { managing, networksOf } from './managing.ts'
import { measuring } from './measuring.ts'

/** The broker app: every part once per process, made at first use. */
export const broker = (): Broker => (made ??= makeBroker(readBrokerConfig(environment())))

export type Broker = ReturnType<typeof makeBroker>

let made: Broker | undefined

const clock = () => Date.now()

const makeBroker = (config: BrokerConfig) => {
  const now = clock
  const metrics = measuring(config)
  const { audit: records, ...doors } = openDoors(config, now, metrics)
  const currentPolicy = measuredPolicy({ metrics, now }, doors.policy)
  const onOverflow = (dropped: number) => {
    auditOverflow(dropped)
    metrics('audit_dropped', 1)
  }
  const audit = openAudit({ rows: records, line: auditLine, onOverflow, now })
  const links = { documentationUrl: config.DOCUMENTATION_URL, onboardingUrl: config.ONBOARDING_URL }
  const authenticate = callerAdmission(config, doors.keys)
  const front = { trustedProxies: config.TRUSTED_PROXIES, onRefused: refused }
  const issueToken = issuing(config, { ...doors, currentPolicy, audit, metrics, now })
  return {
    discovery: { brokerUrl: config.BROKER_URL, links },
    token: { ...front, authenticate, issueToken, links, now },
    whoami: { ...front, identify: authenticate, currentPolicy },
    relay: {
      ...front,
      ...networksOf(config.RELAY_NETWORKS),
      identify: relayAdmission(config, doors.keys),
      relay: consenting(config, { ...doors, records, audit, now }),
    },
    ...managing(config, { ...doors, records, audit, now }),
    ready: async () => void (await Promise.all([currentPolicy(), doors.publicKey()])),
  }
}
