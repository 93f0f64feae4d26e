import { resolve } from 'node:path'
import type { Directory } from '../directory.ts'
import type { Certificates } from '../kit/certificates.ts'
import { identityOf } from './identity-of.ts'
import type { Parts } from './parts.ts'

/** Name of the vault key that seals refresh tokens. */
export const sealKeyName = 'seal'

export type SettingsInput = {
  directory: Directory
  parts: Parts
  /** Public addresses of the apps themselves. */
  addresses: { onboarding: string; broker: string }
  certificates: Pick<Certificates, 'caFile'>
  appCredential?: 'federated' | 'secret'
  /** Other settings of the broker. */
  brokerSettings?: Record<string, string>
}

export type AppSettings = Record<'onboarding' | 'broker', Record<string, string>>

/** Folders of the built apps. */
export type AppFolders = Record<'onboarding' | 'broker', string>

/** The environment of each app, by the names of local.settings.sample.json. */
export const appSettings = (input: SettingsInput): AppSettings => ({
  onboarding: { ...commonSettings(input), ...identitySettings(input, 'onboarding') },
  broker: {
    ...commonSettings(input),
    ...identitySettings(input, 'broker'),
    ...settingsOfBroker(input),
    ...input.brokerSettings,
  },
})

const commonSettings = ({ directory, parts, addresses, certificates }: SettingsInput) => ({
  FUNCTIONS_WORKER_RUNTIME: 'node',
  AzureWebJobsDisableHomepage: 'true',
  NODE_EXTRA_CA_CERTS: resolve(certificates.caFile),
  OPERATOR_NAME: 'Contoso Marketplace B.V.',
  OPERATOR_CONTACT: 'security@contoso.example',
  OPERATOR_TENANT: directory.operatorTenant,
  ONBOARDING_URL: addresses.onboarding,
  BROKER_URL: addresses.broker,
  BROKER_CLIENT_ID: directory.brokerApi.clientId,
  BROKER_AUDIENCE: directory.brokerApi.audience,
  ENTRA_AUTHORITY: parts.entra.address,
})

const identitySettings = ({ directory, parts }: SettingsInput, name: 'onboarding' | 'broker') => ({
  AZURE_CLIENT_ID: identityOf(directory, name).clientId,
  IDENTITY_ENDPOINT: parts.identities[name].endpoint,
  IDENTITY_HEADER: parts.identities[name].header,
})

const settingsOfBroker = ({ directory, parts, appCredential = 'federated' }: SettingsInput) => ({
  APP_CLIENT_ID: directory.partnerApp.clientId,
  APP_DISPLAY_NAME: directory.partnerApp.displayName,
  APP_CREDENTIAL: appCredential,
  ...(appCredential === 'secret' && { APP_CLIENT_SECRET: directory.partnerApp.secrets[0] ?? '' }),
  VAULT_URL: parts.vault.address,
  SEAL_KEY_NAME: sealKeyName,
  TABLES_URL: parts.storage.tables,
  DATA__queueServiceUri: parts.storage.queues,
  DATA__credential: 'managedidentity',
  DATA__clientId: identityOf(directory, 'broker').clientId,
  CALLER_TENANTS: directory.operatorTenant,
  PARTNER_CENTER_URL: parts.apis.partnerCenter.address,
})
