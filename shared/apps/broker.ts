import { openAudit } from '../broker/open-audit.ts'
import { BrokerError } from '../broker/broker-error.ts'
import { measuredPolicy } from '../broker/measured.ts'
import type { CurrentPolicy } from '../broker/policy.ts'
import { environment, readBrokerConfig, type BrokerConfig } from '../config.ts'
import { announcing } from './announcing.ts'
import { callerAdmission, relayAdmission } from './admission.ts'
import { openDoors, type Doors } from './broker-doors.ts'
import { consenting } from './consenting.ts'
import { issuing } from './issuing.ts'
import { auditLine, auditOverflow, refused } from './log-lines.ts'
import { managing } from './managing.ts'
import { measuring } from './measuring.ts'
import { networksOf } from './networks-of.ts'
import { pacing } from './pacing.ts'
import { rollingUp } from './rolling-up.ts'
import { lookingNowAndThen, rotating, type Rotating } from './rotating.ts'

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
  const working = { ...doors, ...pacing({ ...doors, now }), currentPolicy, metrics, now }
  const issueToken = issuing(config, { ...working, audit })
  const events = announcing(config, working)
  const rotation = rotating(config, { ...working, ...events })
  return {
    discovery: { brokerUrl: config.BROKER_URL, links },
    token: { ...front, authenticate, issueToken, links, now },
    rotation,
    look: lookingNowAndThen(rotation.watch, now),
    whoami: { ...front, identify: authenticate, currentPolicy },
    relay: {
      ...front,
      ...networksOf(config.RELAY_NETWORKS),
      identify: relayAdmission(config, doors.keys),
      relay: consenting(config, { ...doors, records, audit, now }),
    },
    announcing: events,
    ...managing(config, { ...doors, records, audit, rotation, now }),
    usage: rollingUp({ ...doors, records, now }),
    ready: readiness({ ...rotation, ...doors, currentPolicy }),
  }
}

type Readiness = Pick<Rotating, 'watch'> &
  Pick<Doors, 'publicKey'> & { currentPolicy: CurrentPolicy }

/** Throws what is not ready: the policy, the vault, or a timer that stands still. */
const readiness =
  ({ watch, currentPolicy, publicKey }: Readiness) =>
  async (): Promise<void> => {
    const [watched] = await Promise.all([watch(), currentPolicy(), publicKey()])
    if (watched.isStalled) throw rotationStalled()
  }

const rotationStalled = () =>
  new BrokerError(
    'internal',
    'rotation has not run for two hours. The operator must look into it',
    {
      reason: 'rotation_stalled',
    },
  )
