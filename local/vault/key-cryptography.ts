import * as crypto from 'node:crypto'
import { encodePss, verifiesPss } from './pss.ts'
import type { KeyVersion } from './state.ts'

/** What an operation works on: `value` is the key, text or digest, `signature` only to verify. */
export type Input = { algorithm: string; value: Buffer; signature: Buffer }

type Cryptography = (key: crypto.KeyObject, input: Input) => Buffer | boolean | undefined

const oaepHashes: Record<string, string> = { 'RSA-OAEP-256': 'sha256', 'RSA-OAEP': 'sha1' }
const sha256Prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex')
const sha256Bytes = 32

const encrypt: Cryptography = (key, { algorithm, value }) => {
  const oaepHash = oaepHashes[algorithm]
  return oaepHash === undefined ? undefined : crypto.publicEncrypt({ key, oaepHash }, value)
}

const decrypt: Cryptography = (key, { algorithm, value }) => {
  const oaepHash = oaepHashes[algorithm]
  return oaepHash === undefined ? undefined : crypto.privateDecrypt({ key, oaepHash }, value)
}

const sign: Cryptography = (key, { algorithm, value }) => {
  if (value.length !== sha256Bytes) return undefined
  if (algorithm === 'RS256') return crypto.privateEncrypt(key, Buffer.concat([sha256Prefix, value]))
  if (algorithm !== 'PS256') return undefined
  const modulusBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const padding = crypto.constants.RSA_NO_PADDING
  return crypto.privateEncrypt({ key, padding }, encodePss(value, modulusBytes))
}

const verify: Cryptography = (key, { algorithm, value, signature }) => {
  if (value.length !== sha256Bytes) return undefined
  if (algorithm === 'RS256') {
    return crypto.publicDecrypt(key, signature).equals(Buffer.concat([sha256Prefix, value]))
  }
  if (algorithm !== 'PS256') return undefined
  const padding = crypto.constants.RSA_NO_PADDING
  return verifiesPss(value, crypto.publicDecrypt({ key, padding }, signature))
}

const operations = {
  encrypt,
  decrypt,
  wrapKey: encrypt,
  unwrapKey: decrypt,
  sign,
  verify,
} satisfies Record<string, Cryptography>

export type KeyOperation = keyof typeof operations

/** Carries out one operation; nothing when the algorithm or the input does not fit the key. */
export const performKeyOperation = (
  operation: KeyOperation,
  { jwk }: KeyVersion,
  input: Input,
): Buffer | boolean | undefined => {
  const key = crypto.createPrivateKey({ key: jwk, format: 'jwk' })
  try {
    return operations[operation](key, input)
  } catch {
    return operation === 'verify' ? false : undefined
  }
}
