/** Known Microsoft services and the plain words of their permissions. */
export const audiences = {
  'https://api.partnercenter.microsoft.com': {
    name: 'Microsoft Partner Center',
    permissions: {
      user_impersonation:
        'Use Partner Center as the account that signs in: see your customers, subscriptions, orders and invoices, and place and change orders',
      '.default': 'Everything in Partner Center that was approved for the application',
    },
  },
  'https://graph.microsoft.com': {
    name: 'Microsoft Graph',
    permissions: {
      '.default': 'Everything in Microsoft Graph that was approved for the application',
      'User.Read': 'Sign the account in and read its profile',
      'User.Read.All': 'Read the full profiles of all users',
      'User.ReadWrite.All': 'Read and change the profiles of all users',
      'Group.Read.All': 'Read all groups, their members and their content',
      'Group.ReadWrite.All': 'Read and change all groups, their members and their content',
      'Organization.Read.All': 'Read the details of the organisation and its subscriptions',
      'Directory.Read.All': 'Read the directory: users, groups, applications and devices',
      'Directory.ReadWrite.All': 'Read and change the directory: users, groups and devices',
      'Directory.AccessAsUser.All':
        'Use the directory as the account that signs in, with all its rights there',
      'Application.Read.All': 'Read all applications and their service principals',
      'Application.ReadWrite.All': 'Create, read, change and delete applications',
      'AuditLog.Read.All': 'Read the sign-in and audit logs',
      'Reports.Read.All': 'Read all usage reports',
      'DelegatedAdminRelationship.Read.All':
        'Read your delegated admin relationships (GDAP) with customers',
      'DelegatedAdminRelationship.ReadWrite.All':
        'Read, request, change and end your delegated admin relationships (GDAP) with customers',
    },
  },
  'https://management.azure.com': {
    name: 'Azure Resource Manager',
    permissions: {
      user_impersonation:
        'Manage Azure resources as the account that signs in: see, create, change and delete what that account may',
      '.default': 'Everything in Azure Resource Manager that was approved for the application',
    },
  },
}
