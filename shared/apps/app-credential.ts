import {
  federatedCredential,
  secretCredential,
  type AppCredential,
} from '../azure/entra/app-credential.ts'
import type { BrokerConfig } from '../config.ts'

/** The credential of our application, by the setting `APP_CREDENTIAL`. */
export const appCredentialOf = (
  config: BrokerConfig,
  doors: {
    identityToken: (scope: string) => Promise<string>
    readSecret: (name: string) => Promise<string>
  },
): AppCredential => {
  if (config.APP_CREDENTIAL === 'federated') {
    return federatedCredential(doors.identityToken, config.FEDERATION_AUDIENCE)
  }
  const { APP_CLIENT_SECRET_NAME: name, APP_CLIENT_SECRET: value = '' } = config
  return secretCredential(async () => (name === undefined ? value : doors.readSecret(name)))
}
