import type { Account } from './accounts.ts'
import { EntraError } from './aadsts.ts'
import type { Client } from './clients.ts'
import type { Entra } from './context.ts'
import type { RequestedScope, Resource } from './resources.ts'

type Place = { tenant: string; resource: Resource }

/** The permissions that `client` holds at a tenant; customers count as consented to all of them. */
export const consentedPermissions = (
  entra: Entra,
  client: Client,
  { tenant, resource }: Place,
): readonly string[] => {
  if (client.kind === 'public') return resource.permissions
  const decided = entra.records.consented(tenant, resource.name)
  if (decided) return decided
  const isCustomer = entra.directory.customers.some((customer) => customer.tenant === tenant)
  const isBroker = resource.name === entra.directory.brokerApi.audience
  return isCustomer && !isBroker ? resource.permissions : []
}

/** What of the asked permissions nobody has consented to yet at that tenant. */
export const missingConsents = (
  entra: Entra,
  client: Client,
  { tenant, scope }: { tenant: string; scope: RequestedScope },
): { resource: Resource; permissions: string[] }[] =>
  scope.resources
    .map(({ resource, names }) => {
      const held = consentedPermissions(entra, client, { tenant, resource }).map(lower)
      const asked = names.flatMap((name) => (name === '.default' ? resource.permissions : [name]))
      return { resource, permissions: asked.filter((name) => !held.includes(lower(name))) }
    })
    .filter(({ permissions }) => permissions.length > 0)

/**
 * Consents on behalf of the tenant by signing in. Entra would show a page to the administrator; here
 * choosing a name is enough, and an Admin Agent may do it too, so that a first run needs one sign-in
 * (`POST /_local/consent { agentsMayConsent: false }` makes it strict). A guest never may.
 */
export const consentBySigningIn = (
  entra: Entra,
  client: Client,
  { account, scope }: { account: Account; scope: RequestedScope },
): void => {
  const { tenant, person, kind } = account
  const absent = missingConsents(entra, client, { tenant, scope })
  if (absent.length === 0) return
  const mayConsent = person.admin || (person.agent && entra.records.agentsMayConsent())
  if (kind !== 'member' || !mayConsent) throw consentRequired(client, 'consent_required')
  for (const { resource, permissions } of absent) {
    entra.records.consent(tenant, resource.name, permissions)
  }
}

/** AADSTS65001: at the token endpoint an `invalid_grant`, at the authorize endpoint its own error. */
export const consentRequired = (client: Client, error?: string): EntraError =>
  new EntraError(
    65001,
    `The user or administrator has not consented to use the application with ID '${client.clientId}' named '${client.displayName}'. Send an interactive authorization request for this user and resource.`,
    error,
  )

const lower = (text: string): string => text.toLowerCase()
