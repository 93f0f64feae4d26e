import * as z from 'zod'
import { wronglyTyped } from './failure.ts'
import { readLocalStack, type LocalStack } from './local-stack.ts'

/** Flags that every command takes. */
export const commonOptions = {
  broker: { type: 'string' },
  'broker-audience': { type: 'string' },
  tenant: { type: 'string' },
  authority: { type: 'string' },
  local: { type: 'string' },
  'device-code': { type: 'boolean' },
  yes: { type: 'boolean' },
  ask: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** Who signs in, and how. */
export type SignIn =
  | { as: 'local'; stack: LocalStack }
  | { as: 'application'; tenant: string; clientId: string; secret?: string; certificate?: string }
  | { as: 'device-code'; tenant?: string; clientId?: string }
  | { as: 'azure-cli'; tenant?: string }

export type Settings = {
  brokerUrl: string | undefined
  brokerAudience: string | undefined
  /** Another authority host than that of the public cloud. */
  authority: string | undefined
  signIn: SignIn
}

export type Flags = Readonly<Record<string, unknown>>
type Text = (flag: string, variable: string) => string | undefined

/** Flags first, then the environment; `--local` answers for both. */
export const readSettings = (flags: Flags, env: NodeJS.ProcessEnv): Settings => {
  if (typeof flags['local'] === 'string') return localSettings(readLocalStack(flags['local']))
  const text: Text = (flag, variable) => {
    const given = flags[flag] ?? env[variable]
    return typeof given === 'string' && given !== '' ? given : undefined
  }
  return {
    brokerUrl: baseAddress('--broker or BROKER_URL', text('broker', 'BROKER_URL')),
    brokerAudience: text('broker-audience', 'BROKER_AUDIENCE'),
    authority: baseAddress('--authority or ENTRA_AUTHORITY', text('authority', 'ENTRA_AUTHORITY')),
    signIn: signInOf(flags['device-code'] === true, text),
  }
}

const localSettings = (stack: LocalStack): Settings => ({
  brokerUrl: stack.broker,
  brokerAudience: stack.brokerAudience,
  authority: stack.entra,
  signIn: { as: 'local', stack },
})

const signInOf = (deviceCode: boolean, text: Text): SignIn => {
  const tenant = text('tenant', 'OPS_TENANT')
  const clientId = text('', 'OPS_CLIENT_ID')
  const secret = text('', 'OPS_CLIENT_SECRET')
  const certificate = text('', 'OPS_CLIENT_CERTIFICATE')
  const inTenant = tenant !== undefined && { tenant }
  if (deviceCode) {
    return { as: 'device-code', ...inTenant, ...(clientId !== undefined && { clientId }) }
  }
  if (secret === undefined && certificate === undefined) return { as: 'azure-cli', ...inTenant }
  if (tenant === undefined || clientId === undefined) {
    throw wronglyTyped('an application signs in with OPS_TENANT and OPS_CLIENT_ID too')
  }
  return {
    as: 'application',
    tenant,
    clientId,
    ...(secret !== undefined && { secret }),
    ...(certificate !== undefined && { certificate }),
  }
}

const addressSchema = z.url({ protocol: /^https$/ }).regex(/^[^?#@\\\s]*$/)

// A token goes there: never in the clear.
const baseAddress = (what: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  if (!addressSchema.safeParse(text).success) throw wronglyTyped(`${what} must be https://...`)
  return text.replace(/\/+$/, '')
}
