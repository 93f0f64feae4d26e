import { openTokenEndpoint } from '../azure/entra/token-endpoint.ts'
import { redeemRefreshToken } from '../azure/entra/redeem-refresh-token.ts'
import { tenantKeys } from '../azure/entra/tenant-keys.ts'
import { identityToken, managedIdentity } from '../azure/identity.ts'
import { openCircuit, type Circuit } from '../azure/circuit.ts'
import { log } from '../azure/log.ts'
import type { Dependency } from '../azure/sanitize.ts'
import { auditTable } from '../azure/tables/audit.ts'
import { attemptRows } from '../azure/tables/attempts.ts'
import { grantRows } from '../azure/tables/grants.ts'
import { invitationRows } from '../azure/tables/invitations.ts'
import { policyTable } from '../azure/tables/policy.ts'
import { sessionRows } from '../azure/tables/sessions.ts'
import type { TableAccount } from '../azure/tables/table-client.ts'
import { openSealing } from '../azure/vault/sealing.ts'
import { openSecrets } from '../azure/vault/secrets.ts'
import { openSigning } from '../azure/vault/signing.ts'
import type { Metrics } from '../broker/metrics.ts'
import type { BrokerConfig } from '../config.ts'
import { appCredentialOf } from './app-credential.ts'
import { breakerChanged } from './log-lines.ts'
import { queueDoors } from './queue-doors.ts'

/** Every door of the broker app to the outside, each with one client for the life of the process. */
export type Doors = Omit<ReturnType<typeof openDoors>, 'audit'>

export const openDoors = (config: BrokerConfig, now: () => number, metrics: Metrics) => {
  const changed = breakerChanged(metrics)
  const circuitOf = (name: Dependency) => openCircuit({ onChange: changed(name) })
  const credential = managedIdentity(config.AZURE_CLIENT_ID)
  const account = { tablesUrl: config.TABLES_URL, credential, circuit: circuitOf('tables') }
  const vault = { url: config.VAULT_URL, credential, circuit: circuitOf('vault') }
  const secrets = openSecrets(vault)
  const sealVault = sealVaultOf(config, { vault, circuitOf })
  const sealing = openSealing({ ...sealVault, keyName: config.SEAL_KEY_NAME, now })
  const queueAccount = { queuesUrl: config.DATA__queueServiceUri, credential }
  const entraApp = {
    authorityHost: config.ENTRA_AUTHORITY,
    clientId: config.APP_CLIENT_ID,
    ask: openTokenEndpoint({ onChange: changed('entra') }),
    credential: appCredentialOf(config, {
      identityToken: identityToken(credential),
      readSecret: secrets.readSecret,
      signWith: (keyName) => openSigning({ ...vault, keyName }),
      now,
    }),
  }
  return {
    ...sealing,
    entraApp,
    sealedTokens: secrets.sealedTokens,
    redeem: redeemRefreshToken(entraApp, now),
    keys: tenantKeys(config.ENTRA_AUTHORITY, circuitOf('entra_keys')),
    grants: grantRows(account, unreadable),
    invitations: invitationRows(account, unreadable),
    ...signInRows(account),
    audit: auditTable(account),
    ...policyTable(account, unreadable),
    ...queueDoors({ ...queueAccount, circuit: circuitOf('queue') }),
  }
}

const signInRows = (account: TableAccount) => ({
  attempts: attemptRows(account, unreadable),
  sessions: sessionRows(account, unreadable),
})

type VaultAccount = Parameters<typeof openSecrets>[0]
type VaultDoors = { vault: VaultAccount; circuitOf: (name: Dependency) => Circuit }

// The key may lie in a vault of its own, which then fails on its own.
const sealVaultOf = (
  { SEAL_KEY_VAULT_URL: url }: BrokerConfig,
  { vault, circuitOf }: VaultDoors,
): VaultAccount => (url === undefined ? vault : { ...vault, url, circuit: circuitOf('vault') })

const unreadable = ({ table, rowKey }: { table: string; rowKey: string }): void =>
  log('error', 'row_unreadable', { table, rowKey })
