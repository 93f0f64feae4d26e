import type { TokenCredential } from '@azure/identity'
import { Failure } from './failure.ts'
import { managingCaller } from './local-stack.ts'
import type { Settings, SignIn } from './settings.ts'

/** An access token of whoever signs in, for one resource. */
export const tokenFor = async (settings: Settings, resource: string): Promise<string> => {
  const credential = await credentialFor(settings)
  try {
    const token = await credential.getToken(`${resource}/.default`)
    if (token) return token.token
    throw new Error('the credential gave none')
  } catch (thrown) {
    const [said = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')
    throw new Failure(
      `Not signed in: no token for ${resource} (${how[settings.signIn.as]}). ${said}`,
    )
  }
}

const how: Record<SignIn['as'], string> = {
  local: "as the local stack's manager",
  application: 'as the application OPS_CLIENT_ID',
  'device-code': 'as a person, by device code',
  'azure-cli': 'as the person of az login',
}

const credentialFor = async ({ authority, signIn }: Settings): Promise<TokenCredential> => {
  const sdk = await import('@azure/identity')
  const host = authority === undefined ? {} : atAuthority(authority)
  if (signIn.as === 'local') {
    const { tenant, clientId, clientSecret } = managingCaller(signIn.stack)
    return new sdk.ClientSecretCredential(tenant, clientId, clientSecret, host)
  }
  if (signIn.as === 'application') {
    const { tenant, clientId, secret, certificate } = signIn
    return certificate === undefined
      ? new sdk.ClientSecretCredential(tenant, clientId, secret ?? '', host)
      : new sdk.ClientCertificateCredential(tenant, clientId, certificate, host)
  }
  const inTenant = signIn.tenant !== undefined && { tenantId: signIn.tenant }
  if (signIn.as === 'azure-cli') return new sdk.AzureCliCredential({ ...inTenant })
  return new sdk.DeviceCodeCredential({
    ...host,
    ...inTenant,
    ...(signIn.clientId !== undefined && { clientId: signIn.clientId }),
    userPromptCallback: ({ message }) => void process.stderr.write(`${message}\n`),
  })
}

const atAuthority = (authorityHost: string) => ({ authorityHost, disableInstanceDiscovery: true })
