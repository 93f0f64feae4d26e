import { setTimeout as delay } from 'node:timers/promises'
import { verifyIdToken } from '../azure/entra/id-token.ts'
import { finishSignIn, signInAddress } from '../azure/entra/sign-in.ts'
import { probePartnerCenter } from '../azure/partner-center.ts'
import { relayDesk } from '../broker/relay.ts'
import type { BrokerConfig } from '../config.ts'
import { consentLine } from './log-lines.ts'
import type { Doors } from './broker-doors.ts'

type ConsentingPorts = Doors & { now: () => number }

/** What the onboarding app may ask for. */
export const consenting = (config: BrokerConfig, doors: ConsentingPorts) => {
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
    onOutcome: consentLine,
    wait: (ms) => delay(ms),
  })
}
