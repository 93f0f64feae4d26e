/** One resource API. Its `resource` is the audience's name everywhere: on the wire, in rows, in logs. */
export type Audience = {
  resource: string
  displayName: string
  /** Delegated permissions asked for at consent, without the resource. */
  permissions: readonly string[]
  /** Why each of them is asked for, by its name. */
  reasons: Readonly<Record<string, string>>
}

export const partnerCenter = 'https://api.partnercenter.microsoft.com'
export const microsoftGraph = 'https://graph.microsoft.com'
export const azureResourceManager = 'https://management.azure.com'

type Reasoned = Omit<Audience, 'permissions'>

const reasoned = (one: Reasoned): Audience => ({ ...one, permissions: Object.keys(one.reasons) })

/** The audiences the broker issues for. To add one, add it here (and to the page catalogue). */
export const audiences: readonly Audience[] = [
  reasoned({
    resource: partnerCenter,
    displayName: 'Partner Center',
    reasons: {
      user_impersonation:
        'customers, orders and invoices, as the account that consented; Partner Center has no narrower permission',
    },
  }),
  reasoned({
    resource: microsoftGraph,
    displayName: 'Microsoft Graph',
    reasons: {
      'DelegatedAdminRelationship.ReadWrite.All':
        'delegated administration (GDAP) of customers is asked for, looked at and ended; the Secure Application Model names it',
      'User.Read.All':
        'who in the tenant is who, for delegated administration; the Secure Application Model names it',
    },
  }),
  reasoned({
    resource: azureResourceManager,
    displayName: 'Azure Resource Manager',
    reasons: {
      user_impersonation:
        "customers' Azure subscriptions, as the account that consented; Azure has no narrower permission",
    },
  }),
]

/** The audience of that resource address; a trailing slash is forgiven. */
export const findAudience = (resource: string): Audience | undefined => {
  const bare = resource.replace(/\/+$/, '').toLowerCase()
  return audiences.find((audience) => audience.resource === bare)
}
