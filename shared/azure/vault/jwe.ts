import { createDecipheriv, type JsonWebKey } from 'node:crypto'
import { CompactEncrypt, importJWK } from 'jose'
import { BrokerError } from '../../broker/broker-error.ts'
import { protectedHeader, type SealContext } from '../../broker/sealed-token.ts'

/** Has a content key unwrapped by the private half of one version of the vault key. */
export type Unwrap = (kid: string, encryptedKey: Buffer) => Promise<Uint8Array>

/** Seals a token as compact JWE (RFC 7516) with the public half of the vault key. */
export const sealedWith = async (
  jwk: JsonWebKey,
  token: string,
  context: SealContext,
): Promise<string> => {
  const header: unknown = JSON.parse(protectedHeader(context))
  return new CompactEncrypt(Buffer.from(token, 'utf8'))
    .setProtectedHeader(Object(header))
    .encrypt(await importJWK(jwk, 'RSA-OAEP-256'))
}

/**
 * Opens what `sealedWith` made; throws `internal` for anything else. (jose would open the token with
 * whatever header it carries; only the header of the row may count.)
 */
export const openSealed = async (
  unwrap: Unwrap,
  sealed: string,
  context: SealContext,
): Promise<string> => {
  const [header, encryptedKey, iv, ciphertext, tag, ...more] = sealed.split('.')
  const expected = Buffer.from(protectedHeader(context)).toString('base64url')
  if (header !== expected || !encryptedKey || !iv || !ciphertext || !tag || more.length > 0) {
    throw sealMismatch()
  }
  const key = await unwrap(context.kid, Buffer.from(encryptedKey, 'base64url'))
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
      authTagLength: 16,
    })
    decipher.setAAD(Buffer.from(expected, 'ascii'))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    const plain = [decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]
    return Buffer.concat(plain).toString('utf8')
  } catch {
    throw sealMismatch()
  }
}

/** It was not sealed for this grant, or not with this key. */
export const sealMismatch = () =>
  new BrokerError(
    'internal',
    'the sealed refresh token does not belong to this grant. The operator must look into the log',
    { reason: 'seal_mismatch' },
  )
