import { redeemRefreshToken } from '../azure/entra/redeem-refresh-token.ts'
import { tenantKeys } from '../azure/entra/tenant-keys.ts'
import { identityToken, managedIdentity } from '../azure/identity.ts'
import { log } from '../azure/log.ts'
import { auditTable } from '../azure/tables/audit.ts'
import { attemptRows } from '../azure/tables/attempts.ts'
import { grantRows } from '../azure/tables/grants.ts'
import { invitationRows } from '../azure/tables/invitations.ts'
import { policyTable } from '../azure/tables/policy.ts'
import { openSealing } from '../azure/vault/sealing.ts'
import { openSecrets } from '../azure/vault/secrets.ts'
import type { BrokerConfig } from '../config.ts'
import { appCredentialOf } from './app-credential.ts'

/** Every door of the broker app to the outside, each with one client for the life of the process. */
export type Doors = Omit<ReturnType<typeof openDoors>, 'audit'>

export const openDoors = (config: BrokerConfig, now: () => number) => {
  const credential = managedIdentity(config.AZURE_CLIENT_ID)
  const account = { tablesUrl: config.TABLES_URL, credential }
  const secrets = openSecrets(config.VAULT_URL, credential)
  const sealing = openSealing({
    url: config.SEAL_KEY_VAULT_URL ?? config.VAULT_URL,
    keyName: config.SEAL_KEY_NAME,
    credential,
    now,
  })
  const entraApp = {
    authorityHost: config.ENTRA_AUTHORITY,
    clientId: config.APP_CLIENT_ID,
    credential: appCredentialOf(config, {
      identityToken: identityToken(credential),
      readSecret: secrets.readSecret,
    }),
  }
  return {
    ...sealing,
    entraApp,
    sealedTokens: secrets.sealedTokens,
    redeem: redeemRefreshToken(entraApp, now),
    keys: tenantKeys(config.ENTRA_AUTHORITY),
    grants: grantRows(account, unreadable),
    invitations: invitationRows(account, unreadable),
    attempts: attemptRows(account, unreadable),
    audit: auditTable(account),
    ...policyTable(account, unreadable),
  }
}

const unreadable = ({ table, rowKey }: { table: string; rowKey: string }): void =>
  log('error', 'row_unreadable', { table, rowKey })
