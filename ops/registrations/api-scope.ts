import type { Api } from './application.ts'
import type { Change, Difference } from './difference.ts'
import { mendedList, type WantedEntitlement } from './entitlements.ts'

/** The Azure CLI, the same in every tenant: by it an operator signs in to manage. */
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

const manage: WantedEntitlement = {
  value: 'Manage',
  why: 'a person manages by it, with an app role of her own',
  must: { type: 'Admin' },
  texts: {
    adminConsentDisplayName: 'Manage the token broker',
    adminConsentDescription: 'Manage the token broker as the person who signs in.',
  },
}

type Asked = { on: string; is: Api; newId: () => string }

/** Token version, scope and who may ask for it. `api` is written as a whole: the three share it. */
export const apiDifference = ({ on, is, newId }: Asked): Partial<Difference> => {
  const scopes = mendedList({
    on,
    kind: 'scope',
    is: is.oauth2PermissionScopes,
    should: [manage],
    newId,
  })
  const oauth2PermissionScopes = scopes.list ?? is.oauth2PermissionScopes
  const next = { ...is, requestedAccessTokenVersion: 2, oauth2PermissionScopes }
  const isMainChanged = is.requestedAccessTokenVersion !== 2 || scopes.list !== undefined
  const clients = authorized({ ...next, preAuthorizedApplications: is.preAuthorizedApplications })
  return {
    ...(scopes.disabled && { before: { api: { ...is, oauth2PermissionScopes: scopes.disabled } } }),
    ...(isMainChanged && { main: { api: next } }),
    ...(clients && { after: { api: { ...next, preAuthorizedApplications: clients } } }),
    changes: [...versionChange(on, is), ...scopes.changes, ...(clients ? [clientChange(on)] : [])],
    left: [
      ...scopes.left,
      ...is.preAuthorizedApplications
        .filter(({ appId }) => appId !== azureCli)
        .map(({ appId }) => `${on}: ${appId} may ask for its scopes without anyone's consent`),
    ],
  }
}

/** `undefined`: the Azure CLI may already ask for the scope. */
const authorized = ({ oauth2PermissionScopes, preAuthorizedApplications }: Api) => {
  const scope = oauth2PermissionScopes.find(({ value }) => value === manage.value)?.id ?? ''
  const before = preAuthorizedApplications.find(({ appId }) => appId === azureCli)
  const held = before?.delegatedPermissionIds ?? []
  if (held.includes(scope)) return undefined
  const others = preAuthorizedApplications.filter((one) => one !== before)
  return [...others, { ...before, appId: azureCli, delegatedPermissionIds: [...held, scope] }]
}

const versionChange = (on: string, { requestedAccessTokenVersion }: Api): Change[] =>
  requestedAccessTokenVersion === 2
    ? []
    : [{ on, what: 'access tokens of version 2', why: 'the broker accepts no other' }]

const clientChange = (on: string): Change => ({
  on,
  what: 'the Azure CLI may ask for the scope Manage',
  why: 'by it an operator signs in (az login)',
})
