import type { TokenCredential } from '@azure/identity'
import type { SecretClient } from '@azure/keyvault-secrets'
import type { SealedTokens } from '../../broker/sealed-token.ts'
import type { Circuit } from '../circuit.ts'
import { guardedDoor } from '../guarded-door.ts'
import { statusOf } from '../trouble.ts'
import { vaultOptions, vaultTimeoutMs } from './vault-options.ts'

const contentType = 'application/jose'

type Vault = { url: string; credential: TokenCredential; circuit?: Circuit }

/**
 * The vault's secrets, through one client for the life of the process. Writing is retried although
 * it is not idempotent: a second version that nothing points to does no harm.
 */
export const openSecrets = ({ url, credential, circuit }: Vault) => {
  const door = guardedDoor({ dependency: 'vault', timeoutMs: vaultTimeoutMs, circuit })
  let client: Promise<SecretClient> | undefined
  const open = () =>
    (client ??= import('@azure/keyvault-secrets').then(
      (sdk) => new sdk.SecretClient(url, credential, vaultOptions(url)),
    ))
  const call = <T>(run: (opened: SecretClient, abortSignal: AbortSignal) => Promise<T>) =>
    door(async (signal) => run(await open(), signal))
  return {
    sealedTokens: sealedTokens(call),
    readSecret: readSecret(call),
    secretEnd: secretEnd(call),
  }
}

type Call = <T>(run: (client: SecretClient, abortSignal: AbortSignal) => Promise<T>) => Promise<T>

const sealedTokens = (call: Call): SealedTokens => ({
  write: (name, sealed) =>
    call(async (client, abortSignal) => {
      const written = await client.setSecret(name, sealed, { contentType, abortSignal })
      return written.properties.version ?? missing('version')
    }),
  read: (name, version) =>
    call((client, abortSignal) =>
      orAbsent(async () => {
        const { value } = await client.getSecret(name, { version, abortSignal })
        return value ?? missing('value')
      }),
    ),
  remove: (name) =>
    call(async (client, abortSignal) => {
      await orAbsent(() => client.beginDeleteSecret(name, { abortSignal, intervalInMs: 1000 }))
    }),
})

/** The newest version of a secret that the operator put there; undefined when there is none. */
const readSecret =
  (call: Call) =>
  (name: string): Promise<string | undefined> =>
    call((client, abortSignal) =>
      orAbsent(async () => {
        const { value } = await client.getSecret(name, { abortSignal })
        return value ?? missing('value')
      }),
    )

/** When the newest version of such a secret ends, in milliseconds; undefined when there is none. */
const secretEnd =
  (call: Call) =>
  (name: string): Promise<number | 'unknown' | undefined> =>
    call((client, abortSignal) =>
      orAbsent(async () => {
        const { properties } = await client.getSecret(name, { abortSignal })
        return properties.expiresOn?.getTime() ?? 'unknown'
      }),
    )

const orAbsent = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read()
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined
    throw thrown
  }
}

const missing = (what: string): never => {
  throw new Error(`the vault answered without a ${what}`)
}
