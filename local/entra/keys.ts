import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
} from 'jose'
import * as z from 'zod'
import { readState, writeState } from './state-file.ts'

/** The published signing key, and the key that encrypts refresh tokens. */
export type Keys = {
  sign: (claims: JWTPayload) => Promise<string>
  jwks: () => JSONWebKeySet
  /** The private half, for tokens minted to attack. */
  privateJwk: JWK
  publicKey: CryptoKey
  refreshTokenKey: Uint8Array
}

const fileSchema = z.object({
  signing: z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() }).loose(),
  refreshTokens: z.base64url(),
})

/** The keys kept in `folder`, made at first use. */
export const keysIn = async (folder: string): Promise<Keys> => {
  const file = join(folder, 'keys.json')
  const kept = readState(file, fileSchema) ?? (await make(file))
  const privateJwk: JWK = kept.signing
  const publicJwk = { kty: 'RSA', n: kept.signing.n, e: kept.signing.e }
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateKey = await importRsa(privateJwk)
  return {
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid }).sign(privateKey),
    jwks: () => ({ keys: [{ ...publicJwk, use: 'sig', kid, x5t: kid }] }),
    privateJwk: { ...privateJwk, kid },
    publicKey: await importRsa(publicJwk),
    refreshTokenKey: Buffer.from(kept.refreshTokens, 'base64url'),
  }
}

/** A private RSA key that is published nowhere. */
export const makePrivateJwk = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return exportJWK(privateKey)
}

const make = async (file: string): Promise<z.infer<typeof fileSchema>> => {
  const signing = await makePrivateJwk()
  const made = fileSchema.parse({
    signing,
    refreshTokens: randomBytes(32).toString('base64url'),
  })
  writeState(file, made)
  return made
}

const importRsa = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, 'RS256')
  if (key instanceof Uint8Array) throw new Error('an RSA key was expected')
  return key
}
