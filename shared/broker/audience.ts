/** One resource API. Its `resource` is the audience's name everywhere: on the wire, in rows, in logs. */
export type Audience = {
  resource: string
  displayName: string
  /** Delegated permissions asked for at consent, without the resource. */
  permissions: readonly string[]
}

export const partnerCenter = 'https://api.partnercenter.microsoft.com'
export const microsoftGraph = 'https://graph.microsoft.com'
export const azureResourceManager = 'https://management.azure.com'

/** The audiences the broker issues for. To add one, add it here (and to the page catalogue). */
export const audiences: readonly Audience[] = [
  {
    resource: partnerCenter,
    displayName: 'Partner Center',
    permissions: ['user_impersonation'],
  },
  {
    resource: microsoftGraph,
    displayName: 'Microsoft Graph',
    permissions: ['DelegatedAdminRelationship.ReadWrite.All', 'User.Read.All'],
  },
  {
    resource: azureResourceManager,
    displayName: 'Azure Resource Manager',
    permissions: ['user_impersonation'],
  },
]

/** The audience of that resource address; a trailing slash is forgiven. */
export const findAudience = (resource: string): Audience | undefined => {
  const bare = resource.replace(/\/+$/, '').toLowerCase()
  return audiences.find((audience) => audience.resource === bare)
}
