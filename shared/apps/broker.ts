import { setTimeout as delay } from 'node:timers/promises'
import { verifyIdToken } from '../azure/entra/id-token.ts'
import { finishSignIn, signInAddress } from '../azure/entra/sign-in.ts'
import { probePartnerCenter } from '../azure/partner-center.ts'
import { audited } from '../broker/audited.ts'
import { authorized } from '../broker/authorized.ts'
import { cached, tokenCache, tokenKey } from '../broker/cached.ts'
import { granted, knownGrants } from '../broker/granted.ts'
import { invite, type InvitationRequest } from '../broker/invite.ts'
import type { IssueToken } from '../broker/issue-token.ts'
import { minting, type MintingPorts } from '../broker/minting.ts'
import { policySnapshot, type CurrentPolicy } from '../broker/policy.ts'
import { relayDesk } from '../broker/relay.ts'
import { singleFlight } from '../broker/single-flight.ts'
import { environment, readBrokerConfig, type BrokerConfig } from '../config.ts'
import { callerAdmission, openDoors, operatorAdmission } from './broker-doors.ts'
import { alarm, record, refused } from './log-lines.ts'

/** The broker app: every part once per process, made at first use. */
export const broker = (): Broker => (made ??= makeBroker(readBrokerConfig(environment())))

export type Broker = ReturnType<typeof makeBroker>

let made: Broker | undefined

const clock = () => Date.now()

const makeBroker = (config: BrokerConfig) => {
  const now = clock
  const doors = openDoors(config, now)
  const currentPolicy = policySnapshot(doors.policy, now)
  const issueToken = issuing(config, { ...doors, currentPolicy, now })
  const links = { documentationUrl: config.DOCUMENTATION_URL, onboardingUrl: config.ONBOARDING_URL }
  const brokerUrl = config.BROKER_URL
  const admit = operatorAdmission(config, doors.keys)
  const desk = { admit, brokerUrl, onRefused: refused, now }
  return {
    discovery: { brokerUrl, links },
    token: {
      authenticate: callerAdmission(config, doors.keys),
      issueToken,
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

type Doors = ReturnType<typeof openDoors> & { now: () => number }

export type IssuingDoors = Omit<MintingPorts, 'remember' | 'alarm'> & {
  currentPolicy: CurrentPolicy
}

/** The wrappers of issuing, outermost first: audited, authorized, granted, cached, one mint at a time. */
export const issuing = (
  config: Pick<BrokerConfig, 'APP_CLIENT_ID' | 'ENTRA_AUTHORITY'>,
  doors: IssuingDoors,
): IssueToken => {
  const { currentPolicy, grants, now } = doors
  const known = knownGrants()
  const cache = tokenCache()
  const origin = { app: config.APP_CLIENT_ID, authorityHost: config.ENTRA_AUTHORITY }
  const read = async (partner: string) => (await grants.read(partner))?.value
  const mint = minting({ ...doors, remember: known.remember, alarm })
  const oneMint = singleFlight((request) => tokenKey(origin, request), mint)
  const obtain = granted({ known, read, now }, cached({ cache, origin, now }, oneMint))
  // Authorization stays outside the cache: a warm cache answers nobody whom it refuses.
  return audited(record, authorized(currentPolicy, now, obtain))
}

/** What the onboarding app may ask for. */
const consenting = (config: BrokerConfig, doors: Doors) => {
  const { entraApp, keys } = doors
  const signInApp = { ...entraApp, redirectUri: `${config.ONBOARDING_URL}/consent/callback` }
  return relayDesk({
    ...doors,
    app: config.APP_CLIENT_ID,
    allowUnprovenMfa: config.ALLOW_UNPROVEN_MFA,
    probePartnerCenter: probePartnerCenter(config.PARTNER_CENTER_URL),
    signInAddress: signInAddress(signInApp),
    finishSignIn: finishSignIn(signInApp, verifyIdToken(entraApp, keys)),
    shown: {
      app: { displayName: config.APP_DISPLAY_NAME, clientId: config.APP_CLIENT_ID },
      addresses: config.OUTBOUND_ADDRESSES,
    },
    wait: (ms) => delay(ms),
  })
}

const inviting = (config: BrokerConfig, { invitations, now }: Doors) => {
  const operator = { name: config.OPERATOR_NAME, contact: config.OPERATOR_CONTACT }
  const ports = { invitations, onboardingUrl: config.ONBOARDING_URL, operator, now }
  return {
    invitations,
    invite: (request: InvitationRequest, by: string) => invite(ports, request, by),
    defaults: {
      validForDays: config.INVITATION_DAYS,
      consentTermDays: config.CONSENT_TERM_DAYS,
    },
  }
}
