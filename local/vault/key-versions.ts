import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import * as z from 'zod'
import { newVersion, propertiesSchema } from './properties.ts'
import type { KeyVersion, StoredKey } from './state.ts'

export const keyOpsSchema = z.array(
  z.enum(['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']),
)
export type KeyOps = z.infer<typeof keyOpsSchema>

const keyBitsSchema = z.literal([2048, 3072, 4096])
export type KeyBits = z.infer<typeof keyBitsSchema>

/** What a request to create a key says. */
export const createSchema = propertiesSchema.extend({
  kty: z.enum(['RSA', 'RSA-HSM']),
  key_size: keyBitsSchema.optional(),
  key_ops: keyOpsSchema.optional(),
})
type CreateKey = Partial<z.infer<typeof createSchema>>

const defaultBits = 3072
const jwkSchema = z.record(z.string(), z.string())

/** Adds a version with a new RSA key; what is not said is as in the version before. */
export const addKeyVersion = async (
  keys: Map<string, StoredKey>,
  name: string,
  given: CreateKey,
): Promise<KeyVersion> => {
  const before = keys.get(name.toLowerCase())?.versions.at(-1)
  const modulusLength = given.key_size ?? bitsOf(before) ?? defaultBits
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength })
  const version = {
    ...newVersion(given),
    keyOps: given.key_ops ?? before?.keyOps ?? keyOpsSchema.element.options,
    jwk: jwkSchema.parse(privateKey.export({ format: 'jwk' })),
  }
  const stored = keys.get(name.toLowerCase()) ?? { name, versions: [] }
  stored.versions.push(version)
  keys.set(name.toLowerCase(), stored)
  return version
}

const bitsOf = (version: KeyVersion | undefined): number | undefined =>
  version?.jwk.n === undefined ? undefined : Buffer.from(version.jwk.n, 'base64url').length * 8
