import { setTimeout as delay } from 'node:timers/promises'
import { approvalAddress } from '../azure/entra/approval.ts'
import { verifyIdToken } from '../azure/entra/id-token.ts'
import { finishSignIn, signInAddress } from '../azure/entra/sign-in.ts'
import { probePartnerCenter } from '../azure/partner-center.ts'
import type { Audit, AuditRows } from '../broker/audit.ts'
import { relayDesk } from '../broker/relay.ts'
import { lastUse } from '../broker/usage/last-use.ts'
import { usageOf } from '../broker/usage/usage-of.ts'
import { tokensAlive } from '../broker/tokens-alive.ts'
import type { BrokerConfig } from '../config.ts'
import { consentLine, partnerLine } from './log-lines.ts'
import type { Doors } from './broker-doors.ts'

type ConsentingPorts = Doors & { records: AuditRows; audit: Audit; now: () => number }

/** What the onboarding app may ask for. */
export const consenting = (config: BrokerConfig, doors: ConsentingPorts) => {
  const { entraApp, keys, records, usage, now } = doors
  const pages = `${config.ONBOARDING_URL}/consent`
  const signInApp = { ...entraApp, redirectUri: `${pages}/callback` }
  return relayDesk({
    ...doors,
    app: config.APP_CLIENT_ID,
    allowUnprovenMfa: config.ALLOW_UNPROVEN_MFA,
    adminRoles: config.PARTNER_ADMIN_ROLES,
    probePartnerCenter: probePartnerCenter(config.PARTNER_CENTER_URL),
    signInAddress: signInAddress(signInApp),
    finishSignIn: finishSignIn(signInApp, verifyIdToken(entraApp, keys)),
    approvalAddress: approvalAddress({ ...entraApp, redirectUri: `${pages}/approved` }),
    shown: {
      app: { displayName: config.APP_DISPLAY_NAME, clientId: config.APP_CLIENT_ID },
      addresses: config.OUTBOUND_ADDRESSES,
    },
    lastUse: (partner) => lastUse({ records, usage, now }, partner),
    tokensAlive: (partner) => tokensAlive({ records, now }, partner),
    usageOf: (partner) => usageOf(doors, partner),
    onOutcome: consentLine,
    onPartner: partnerLine,
    wait: (ms) => delay(ms),
  })
}
