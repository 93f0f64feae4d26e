import type { X509Certificate } from 'node:crypto'
import type { TokenCredential } from '@azure/identity'
import type { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Circuit } from '../circuit.ts'
import type { SignDigest } from '../entra/certificate-credential.ts'
import { guardedDoor } from '../guarded-door.ts'
import { vaultOptions, vaultTimeoutMs } from './vault-options.ts'

type Vault = { url: string; keyName: string; credential: TokenCredential; circuit?: Circuit }

/**
 * Signs with the version of a vault key that a certificate was made for. The certificate comes from a
 * setting and not from the vault: so the broker needs to read and use the key, but no certificate and
 * no secret behind it (which may hold the private key), and a version that the vault renewed by
 * itself is not used before Entra knows it.
 */
export const openSigning = ({ url, keyName, credential, circuit }: Vault): SignDigest => {
  const door = guardedDoor({ dependency: 'vault', timeoutMs: vaultTimeoutMs, circuit })
  const signers = new Map<string, Promise<CryptographyClient>>()
  const signerOf = (certificate: X509Certificate): Promise<CryptographyClient> => {
    const known = signers.get(certificate.fingerprint256)
    if (known) return known
    const made = door((abortSignal) =>
      openSigner({ url, keyName, credential }, certificate, abortSignal),
    )
    signers.set(certificate.fingerprint256, made)
    made.catch(() => signers.delete(certificate.fingerprint256))
    return made
  }
  return async (certificate, digest) => {
    const signer = await signerOf(certificate)
    return door(async (abortSignal) => {
      const { result } = await signer.sign('PS256', digest, { abortSignal })
      return result
    })
  }
}

const openSigner = async (
  { url, keyName, credential }: Vault,
  certificate: X509Certificate,
  abortSignal: AbortSignal,
): Promise<CryptographyClient> => {
  const sdk = await import('@azure/keyvault-keys')
  const keys = new sdk.KeyClient(url, credential, vaultOptions(url))
  const { n } = certificate.publicKey.export({ format: 'jwk' })
  const id = await findVersion({ keys, keyName, abortSignal }, String(n))
  return new sdk.CryptographyClient(id, credential, vaultOptions(url))
}

type Search = { keys: KeyClient; keyName: string; abortSignal: AbortSignal }

/** The id of the key version with this modulus: the newest one but while certificates are exchanged. */
const findVersion = async ({ keys, keyName, abortSignal }: Search, modulus: string) => {
  const idOf = async (version?: string): Promise<string | undefined> => {
    const options = { abortSignal, ...(version !== undefined && { version }) }
    const { id, key } = await keys.getKey(keyName, options)
    return key?.n && Buffer.from(key.n).toString('base64url') === modulus ? id : undefined
  }
  const newest = await idOf()
  if (newest !== undefined) return newest
  for await (const { version } of keys.listPropertiesOfKeyVersions(keyName, { abortSignal })) {
    const id = await idOf(version)
    if (id !== undefined) return id
  }
  throw notTheCertificates()
}

const notTheCertificates = () =>
  new BrokerError(
    'app_misconfigured',
    'no version of the vault key belongs to the certificate of the application. The operator must act',
    { reason: 'app_certificate_without_key' },
  )
