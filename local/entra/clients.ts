import type { Directory } from '../directory.ts'
import { EntraError } from './aadsts.ts'

/** An application registration that asks for tokens. */
export type Client = {
  clientId: string
  displayName: string
  kind: 'partner-app' | 'caller' | 'public'
  redirectUris: string[]
  secrets: string[]
  certificates: string[]
  federatedSubjects: string[]
  /** App roles on the broker's API. */
  roles: string[]
}

/** A public client that exists in every tenant, for people who manage the broker by hand. */
export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

const none = { redirectUris: [], secrets: [], certificates: [], federatedSubjects: [], roles: [] }

/** The client of that id at that tenant; refused with AADSTS700016 where there is none. */
export const findClient = (directory: Directory, clientId: string, tenant: string): Client => {
  const id = clientId.toLowerCase()
  const { partnerApp } = directory
  if (id === partnerApp.clientId) return { ...none, ...partnerApp, kind: 'partner-app' }
  if (id === azureCli) {
    return { ...none, clientId: id, displayName: 'Microsoft Azure CLI', kind: 'public' }
  }
  const caller = directory.callers.find((one) => one.clientId === id && one.tenant === tenant)
  if (!caller) {
    throw new EntraError(
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    )
  }
  const { name, clientSecret, roles } = caller
  return {
    ...none,
    clientId: id,
    displayName: name,
    kind: 'caller',
    secrets: [clientSecret],
    roles,
  }
}

/** True when an answer may be sent to `uri`: registered exactly, or loopback for a public client. */
export const mayRedirectTo = (client: Client, uri: string): boolean =>
  client.redirectUris.includes(uri) ||
  (client.kind === 'public' && /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(uri))
