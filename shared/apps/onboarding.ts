import { identityToken, managedIdentity } from '../azure/identity.ts'
import { relayDoor } from '../azure/relay.ts'
import { environment, readOnboardingConfig, type OnboardingConfig } from '../config.ts'
import type { OnboardingDesk } from '../http/onboarding/desk.ts'
import { refused } from './log-lines.ts'

/** The onboarding app: it holds nothing and asks the broker with its own identity. */
export const onboarding = (): Onboarding =>
  (made ??= makeOnboarding(readOnboardingConfig(environment())))

export type Onboarding = { desk: OnboardingDesk; ready: () => Promise<void> }

let made: Onboarding | undefined

const makeOnboarding = (config: OnboardingConfig): Onboarding => {
  const getToken = identityToken(managedIdentity(config.AZURE_CLIENT_ID))
  const token = () => getToken(`${config.BROKER_AUDIENCE}/.default`)
  return {
    desk: {
      relay: relayDoor({ brokerUrl: config.BROKER_URL, token }),
      operator: {
        operatorName: config.OPERATOR_NAME,
        operatorContact: config.OPERATOR_CONTACT,
      },
      onboardingUrl: config.ONBOARDING_URL,
      authorityHost: config.ENTRA_AUTHORITY,
      onRefused: refused,
    },
    ready: async () => void (await token()),
  }
}
