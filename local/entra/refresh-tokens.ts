import { CompactEncrypt, compactDecrypt } from 'jose'
import * as z from 'zod'

const schema = z.object({
  objectId: z.string(),
  clientId: z.string(),
  /** Scope of the sign-in: what a redemption without `scope` asks for. */
  scope: z.string(),
  mfa: z.boolean(),
  issuedAtMs: z.number(),
})

/** What a refresh token stands for: a person and a client, no tenant and no resource. */
export type RefreshToken = z.infer<typeof schema>

/**
 * Refresh tokens that are opaque to everyone else and need no store: each is its facts, encrypted.
 * So an older one stays good after a newer one was issued, as with the real Entra.
 */
export const createRefreshTokens = (key: Uint8Array) => ({
  issue: async (token: RefreshToken): Promise<string> => {
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(token)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(key)
    return `1.${sealed}`
  },
  read: async (text: string): Promise<RefreshToken | undefined> => {
    try {
      const { plaintext } = await compactDecrypt(text.replace(/^1\./, ''), key)
      return schema.parse(JSON.parse(Buffer.from(plaintext).toString('utf8')))
    } catch {
      return undefined
    }
  },
})

export type RefreshTokens = ReturnType<typeof createRefreshTokens>
