import { sha256Hex } from './invitation.ts'

/**
 * What a sign-in is for: a consent from an invitation, the partner's own pages, or the renewal of a
 * consent from them.
 */
export type AttemptKind = 'consent' | 'partner' | 'renewal'

/** One sign-in that was begun. Times in milliseconds since the epoch. */
export type Attempt = {
  v: 1
  /** First 32 hexadecimal digits of the state's SHA-256; also the row's key and the cookie's name. */
  id: string
  stateHash: string
  /** SHA-256 of the cookie of the browser that started. */
  browserHash: string
  /** Absent in rows from before there was more than one: a consent. */
  kind?: AttemptKind
  /** Empty where no invitation stands behind it. */
  invitation: string
  partner: string
  /** The shorter consent term that was chosen on the page; absent: the one of the invitation. */
  termDays?: number
  /** Of a renewal: the ETag of the revocation that stood when it began; another one since ends it. */
  seenRevocation?: string
  nonce: string
  codeVerifier: string
  startedAt: number
  expiresAt: number
  /** `redeeming` from the moment one callback took it. */
  status: 'open' | 'redeeming' | 'done'
  takenAt?: number
  /** The outcome shown, and shown again when the same browser repeats the callback. */
  outcome?: string
}

/** How long a sign-in may take: an authorization code lives for 10 minutes. */
export const attemptLifetimeMs = 15 * 60_000

export const attemptIdOf = (state: string): string => sha256Hex(state).slice(0, 32)
