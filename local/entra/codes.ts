import { randomBytes } from 'node:crypto'

/** What an authorization code stands for. */
export type AuthorizationCode = {
  objectId: string
  /** Tenant signed in to. */
  tenant: string
  /** Path segment of the authorize request: that tenant, `common` or `organizations`. */
  authority: string
  clientId: string
  redirectUri: string
  scope: string
  nonce?: string
  challenge?: string
  mfa: boolean
  issuedAtMs: number
  redeemed: boolean
}

const keptMs = 3600_000

/** The authorization codes of the last hour; they do not survive a restart. */
export const createCodes = () => {
  const codes = new Map<string, AuthorizationCode>()
  return {
    issue: (code: Omit<AuthorizationCode, 'redeemed'>): string => {
      for (const [text, old] of codes) {
        if (old.issuedAtMs < code.issuedAtMs - keptMs) codes.delete(text)
      }
      const text = `1.${randomBytes(48).toString('base64url')}`
      codes.set(text, { ...code, redeemed: false })
      return text
    },
    find: (text: string): AuthorizationCode | undefined => codes.get(text),
  }
}

export type Codes = ReturnType<typeof createCodes>
