import * as z from 'zod'
import { hasCertificate, hasOneSecret } from './config/app-credential.ts'
import { hasSigning } from './config/event-signing.ts'
import {
  address,
  certificates,
  count,
  days,
  flag,
  guid,
  list,
  network,
  seconds,
  signingSecret,
  vaultName,
  webhook,
} from './config/fields.ts'

const common = {
  OPERATOR_NAME: z.string().min(1),
  OPERATOR_CONTACT: z.string().min(1),
  OPERATOR_TENANT: guid,
  ONBOARDING_URL: address,
  BROKER_URL: address,
  BROKER_CLIENT_ID: guid,
  BROKER_AUDIENCE: z.string().min(1),
  ENTRA_AUTHORITY: address.default('https://login.microsoftonline.com'),
  AZURE_CLIENT_ID: guid,
}

const onboarding = z.object(common)

const broker = z
  .object({
    ...common,
    APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().min(1).optional(),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z
      .string()
      .regex(/Authorization=AAD/i, { error: 'must hold Authorization=AAD' })
      .optional(),
    APP_CLIENT_ID: guid,
    APP_DISPLAY_NAME: z.string().min(1),
    APP_CREDENTIAL: z.enum(['federated', 'secret', 'certificate']).default('federated'),
    APP_CLIENT_SECRET: z.string().min(1).optional(),
    APP_CLIENT_SECRET_NAME: list(vaultName)
      .refine((names) => names.length > 0, { error: 'must name a secret' })
      .optional(),
    APP_CERTIFICATE_NAME: vaultName.optional(),
    APP_CERTIFICATE: certificates.optional(),
    FEDERATION_AUDIENCE: z.string().default('api://AzureADTokenExchange'),
    VAULT_URL: address,
    SEAL_KEY_VAULT_URL: address.optional(),
    SEAL_KEY_NAME: vaultName,
    TABLES_URL: address,
    DATA__queueServiceUri: address,
    CALLER_TENANTS: list(guid),
    PARTNER_CENTER_URL: address.default('https://api.partnercenter.microsoft.com'),
    OUTBOUND_ADDRESSES: list(z.string()).default([]),
    AUDIT_KEEP_DAYS: days.default(400),
    CONSENT_TERM_DAYS: days.default(365),
    ROTATION_DAYS: z.coerce.number().int().min(1).max(30).default(7),
    INVITATION_DAYS: days.default(14),
    ALLOW_UNPROVEN_MFA: flag.default(false),
    PARTNER_ADMIN_ROLES: list(guid).default([]),
    CALLER_REDEMPTIONS_PER_MINUTE: count.default(600),
    EVENT_WEBHOOKS: list(webhook).default([]),
    EVENT_SECRET_NAMES: list(vaultName)
      .refine((names) => names.length > 0, { error: 'must name a secret' })
      .optional(),
    EVENT_SECRET: signingSecret.optional(),
    EVENT_RETRY_SECONDS: seconds.optional(),
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(1),
    MANAGEMENT_NETWORKS: list(network).default([]),
    CALLER_NETWORKS: list(network).default([]),
    RELAY_NETWORKS: list(network).default([]),
    MANAGE_AUTH_CONTEXT: z
      .string()
      .regex(/^c\d{1,2}$/)
      .optional(),
    DOCUMENTATION_URL: address.default(
      'https://github.com/sam-token-broker/sam-token-broker/blob/main/docs',
    ),
  })
  // `when`: said together with every other problem, not only once those are mended.
  .refine(hasOneSecret, {
    when: () => true,
    path: ['APP_CLIENT_SECRET_NAME'],
    error: 'APP_CREDENTIAL=secret needs exactly one of APP_CLIENT_SECRET_NAME, APP_CLIENT_SECRET',
  })
  .refine(hasCertificate, {
    path: ['APP_CERTIFICATE'],
    when: () => true,
    error: 'APP_CREDENTIAL=certificate needs APP_CERTIFICATE_NAME and APP_CERTIFICATE',
  })
  .refine(hasSigning, {
    path: ['EVENT_SECRET_NAMES'],
    when: () => true,
    error: 'EVENT_WEBHOOKS needs exactly one of EVENT_SECRET_NAMES, EVENT_SECRET',
  })

export type OnboardingConfig = z.output<typeof onboarding>
export type BrokerConfig = z.output<typeof broker>

/** Names of every setting, for what holds the sample and the templates to them. */
export const brokerSettingNames: readonly string[] = Object.keys(broker.shape)

/** Names of the settings that the onboarding app reads. */
export const onboardingSettingNames: readonly string[] = Object.keys(onboarding.shape)

type Environment = Readonly<Record<string, string | undefined>>

/** Typed settings of the onboarding app; throws one error that names every variable at fault. */
export const readOnboardingConfig = (env: Environment): OnboardingConfig => read(onboarding, env)

/** Typed settings of the broker app; throws one error that names every variable at fault. */
export const readBrokerConfig = (env: Environment): BrokerConfig => read(broker, env)

/** The environment of this process; the only place that reads it. */
export const environment = (): Environment => process.env

/** The telemetry SDK reports its own use to Microsoft, past the configured address, but for this. */
export const withoutUsageReports = (): void => {
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true'
}

const read = <T>(schema: z.ZodType<T>, env: Environment): T => {
  const result = schema.safeParse(withoutEmpty(env))
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const error = new Error(`Settings are wrong or missing: ${problems.join('; ')}`)
  error.name = 'SettingsError'
  throw error
}

// An app setting left empty in the portal means "not set". A Key Vault reference that Azure could
// not resolve arrives as its own text: it must never be taken for a value.
const withoutEmpty = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([, value]) => value !== '' && value?.startsWith('@Microsoft.KeyVault(') !== true,
    ),
  )
