import type { Directory } from '../directory.ts'
import type { VaultAccess } from '../vault/access.ts'
import { identityOf } from './identity-of.ts'

const dataActions = [
  'secrets/getSecret/action',
  'secrets/setSecret/action',
  'secrets/readMetadata/action',
  'secrets/update/action',
  'secrets/delete',
  'keys/read',
  'keys/unwrap/action',
]

/**
 * Who may do what in the vault: as the deployment will grant it. The broker keeps secrets and asks
 * the key to unwrap (it wraps with the public half, locally); the onboarding app has no role at all.
 */
export const vaultAccess = (directory: Directory): VaultAccess[] => [
  {
    principalId: identityOf(directory, 'broker').principalId,
    name: 'broker',
    actions: dataActions.map((action) => `Microsoft.KeyVault/vaults/${action}`),
  },
]
