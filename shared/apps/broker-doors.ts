import { openTokenEndpoint } from '../azure/entra/token-endpoint.ts'
import { redeemRefreshToken } from '../azure/entra/redeem-refresh-token.ts'
import { tenantKeys } from '../azure/entra/tenant-keys.ts'
import { identityToken, managedIdentity } from '../azure/identity.ts'
import { openCircuit, type Circuit } from '../azure/circuit.ts'
import type { Dependency } from '../azure/sanitize.ts'
import { openSealing } from '../azure/vault/sealing.ts'
import { openSecrets } from '../azure/vault/secrets.ts'
import { openSigning } from '../azure/vault/signing.ts'
import type { Metrics } from '../broker/metrics.ts'
import type { BrokerConfig } from '../config.ts'
import { appCredentialEnd, appCredentialOf } from './app-credential.ts'
import { breakerChanged } from './log-lines.ts'
import { queueDoors } from './queue-doors.ts'
import { tableDoors } from './table-doors.ts'

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
  const queues = queueDoors({ ...queueAccount, circuit: circuitOf('queue') })
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
    ...secrets,
    credentialEnd: () => appCredentialEnd(config, secrets.secretEnd),
    redeem: redeemRefreshToken(entraApp, now),
    keys: tenantKeys(config.ENTRA_AUTHORITY, circuitOf('entra_keys')),
    ...tableDoors(account, queues.sendEvents),
    ...queues,
  }
}

type VaultAccount = Parameters<typeof openSecrets>[0]
type VaultDoors = { vault: VaultAccount; circuitOf: (name: Dependency) => Circuit }

// The key may lie in a vault of its own, which then fails on its own.
const sealVaultOf = (
  { SEAL_KEY_VAULT_URL: url }: BrokerConfig,
  { vault, circuitOf }: VaultDoors,
): VaultAccount => (url === undefined ? vault : { ...vault, url, circuit: circuitOf('vault') })
