import {
  federatedCredential,
  secretCredential,
  type AppCredential,
} from '../azure/entra/app-credential.ts'
import {
  certificateCredential,
  certificatesEnd,
  type SignDigest,
} from '../azure/entra/certificate-credential.ts'
import type { BrokerConfig } from '../config.ts'
import type { CredentialEnd } from '../broker/rotation/credential-end.ts'

type Doors = {
  identityToken: (scope: string) => Promise<string>
  readSecret: (name: string) => Promise<string | undefined>
  /** With the vault key of that name. */
  signWith: (keyName: string) => SignDigest
  now: () => number
}

/** The credential of our application, by the setting `APP_CREDENTIAL`. */
export const appCredentialOf = (config: BrokerConfig, doors: Doors): AppCredential => {
  const {
    APP_CLIENT_ID: clientId,
    APP_CERTIFICATE: certificates = [],
    APP_CERTIFICATE_NAME: keyName = '',
  } = config
  if (config.APP_CREDENTIAL === 'federated') {
    return federatedCredential(doors.identityToken, config.FEDERATION_AUDIENCE)
  }
  if (config.APP_CREDENTIAL === 'secret') return secretCredential(readersOf(config, doors))
  const sign = doors.signWith(keyName)
  return certificateCredential({ clientId, certificates, sign, now: doors.now })
}

const readersOf = (
  { APP_CLIENT_SECRET: value, APP_CLIENT_SECRET_NAME: names = [] }: BrokerConfig,
  { readSecret }: Doors,
) => (value === undefined ? names.map((name) => () => readSecret(name)) : [async () => value])

/**
 * When the credential ends: the last of those that overlap; `unknown` while one of them does not say. The
 * federated kind has no end.
 */
export const appCredentialEnd = async (
  {
    APP_CREDENTIAL: kind,
    APP_CERTIFICATE: pems = [],
    APP_CLIENT_SECRET_NAME: names = [],
  }: Pick<BrokerConfig, 'APP_CREDENTIAL' | 'APP_CERTIFICATE' | 'APP_CLIENT_SECRET_NAME'>,
  secretEnd: (name: string) => Promise<CredentialEnd>,
): Promise<CredentialEnd> => {
  if (kind === 'certificate') return certificatesEnd(pems)
  if (kind !== 'secret') return undefined
  const ends = (await Promise.all(names.map(secretEnd))).filter((end) => end !== undefined)
  const known = ends.filter((end) => end !== 'unknown')
  if (known.length < ends.length) return 'unknown'
  return known.length > 0 ? Math.max(...known) : undefined
}
