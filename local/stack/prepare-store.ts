import type { TokenCredential } from '@azure/identity'
import * as z from 'zod'
import { createQueues } from '../../shared/azure/queue.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import type { Directory } from '../directory.ts'
import type { IdentityEndpoint } from '../identity/identity-endpoint.ts'
import { sealKeyName } from './app-settings.ts'
import { identityOf } from './identity-of.ts'
import type { Parts } from './parts.ts'

// A fresh Azurite on a busy machine is slower than the product may ever be.
const startLimitMs = 30_000

/** What the deployment does in Azure before the apps start: tables, queues and the vault's key. */
export const prepareStore = async (parts: Parts, directory: Directory): Promise<void> => {
  const credential = identityCredential(
    parts.identities.broker,
    identityOf(directory, 'broker').clientId,
  )
  await Promise.all([
    createTables({ tablesUrl: parts.storage.tables, credential, timeoutMs: startLimitMs }),
    createQueues({ queuesUrl: parts.storage.queues, credential, timeoutMs: startLimitMs }),
    parts.vault.ensureKey(sealKeyName, ['unwrapKey', 'wrapKey']),
  ])
}

const tokenSchema = z.object({ access_token: z.string(), expires_on: z.coerce.number() })

/**
 * Whatever the identity of an app may do, from outside that app: ManagedIdentityCredential reads the
 * environment of its process, and this process is none.
 */
export const identityCredential = (
  identity: IdentityEndpoint,
  clientId: string,
): TokenCredential => ({
  getToken: async (scopes) => {
    const resource = [scopes].flat().join(' ').replace('/.default', '')
    const query = new URLSearchParams({
      resource,
      client_id: clientId,
      'api-version': '2019-08-01',
    })
    const answer = await fetch(`${identity.endpoint}?${query.toString()}`, {
      headers: { 'x-identity-header': identity.header },
    })
    const token = tokenSchema.parse(await answer.json())
    return { token: token.access_token, expiresOnTimestamp: token.expires_on * 1000 }
  },
})
