import type { TokenCredential } from '@azure/identity'
import type { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import type { SealToken, UnsealToken } from '../../broker/sealed-token.ts'
import type { Circuit } from '../circuit.ts'
import { guardedDoor, type Door } from '../guarded-door.ts'
import { statusOf } from '../trouble.ts'
import { openSealed, sealedWith, sealMismatch, type Unwrap } from './jwe.ts'
import { keepPublicKey, type PublicKey } from './public-key.ts'
import { vaultOptions, vaultTimeoutMs } from './vault-options.ts'

type Vault = {
  url: string
  keyName: string
  credential: TokenCredential
  circuit?: Circuit
  now: () => number
}

/**
 * Sealing without the vault (public half, fetched hourly) and unsealing only with it: the content
 * key is unwrapped by the vault, whose private key never leaves it.
 */
export const openSealing = (
  vault: Vault,
): {
  seal: SealToken
  unseal: UnsealToken
  publicKey: (maxAgeMs?: number) => Promise<PublicKey>
} => {
  const { circuit } = vault
  const door = guardedDoor({ dependency: 'vault', timeoutMs: vaultTimeoutMs, circuit })
  const publicKey = keepPublicKey(() => fetchPublicKey(vault, door), vault.now)
  const unwrap = unwrapper(vault, door)
  return {
    publicKey,
    seal: async (token, context) => {
      const { kid, jwk } = await publicKey()
      return { sealed: await sealedWith(jwk, token, { ...context, kid }), kid }
    },
    unseal: async (sealed, context) => openSealed(unwrap, sealed, context),
  }
}

const fetchPublicKey = ({ url, keyName, credential }: Vault, door: Door): Promise<PublicKey> =>
  door(async (abortSignal) => {
    const client = await openKeys(url, credential)
    const { key, properties } = await client.getKey(keyName, { abortSignal })
    if (!key?.n || !key.e || !properties.version) throw new Error('the vault key is not RSA')
    return {
      kid: `${keyName}/${properties.version}`,
      jwk: {
        kty: 'RSA',
        n: Buffer.from(key.n).toString('base64url'),
        e: Buffer.from(key.e).toString('base64url'),
      },
    }
  })

const openKeys = async (url: string, credential: TokenCredential): Promise<KeyClient> => {
  const { KeyClient: Client } = await import('@azure/keyvault-keys')
  return new Client(url, credential, vaultOptions(url))
}

/** One client for each key version, kept: its first call asks for a challenge and reads the key. */
const unwrapper = ({ url, credential }: Vault, door: Door): Unwrap => {
  const clients = new Map<string, Promise<CryptographyClient>>()
  const clientFor = (kid: string) => {
    const known = clients.get(kid)
    if (known) return known
    const made = import('@azure/keyvault-keys').then(
      (sdk) => new sdk.CryptographyClient(`${url}/keys/${kid}`, credential, vaultOptions(url)),
    )
    clients.set(kid, made)
    return made
  }
  return (kid, encryptedKey) =>
    door(async (abortSignal) => {
      const client = await clientFor(kid)
      const { result } = await client
        .unwrapKey('RSA-OAEP-256', encryptedKey, { abortSignal })
        .catch(notForThisKey)
      // Throws for an answer that is none of the vault's: it holds no key, whatever the type says.
      return Buffer.from(result)
    })
}

// 400: the vault could not unwrap it, so it was not sealed for this key.
const notForThisKey = (thrown: unknown): never => {
  throw statusOf(thrown) === 400 ? sealMismatch() : thrown
}
