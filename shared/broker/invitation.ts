import { createHash, randomBytes, randomInt } from 'node:crypto'

/** A one-time link with which one expected partner may onboard. Times in milliseconds since the epoch. */
export type Invitation = {
  v: 1
  /** First 32 hexadecimal digits of the link's SHA-256; also the row's key. */
  id: string
  /** The whole SHA-256 of the link's secret; the secret itself is kept nowhere. */
  linkHash: string
  partner: string
  audiences: string[]
  status: 'open' | 'used' | 'cancelled'
  /** Short code that operator and administrator compare. */
  code: string
  createdAt: number
  expiresAt: number
  consentTermDays: number
  createdBy: string
  displayName?: string
  contact?: string
  language?: string
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

/** 256 random bits, in the alphabet of URLs and cookies. */
export const randomSecret = (): string => randomBytes(32).toString('base64url')

export const invitationIdOf = (link: string): string => sha256Hex(link).slice(0, 32)

// Without letters and digits that are mistaken for one another on the telephone.
const codeAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A code such as `K7QF-2M9D`. */
export const randomCode = (): string => {
  const letters = Array.from({ length: 8 }, () => codeAlphabet[randomInt(codeAlphabet.length)])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** Why an invitation does not open, or that it does. */
export const invitationState = (
  invitation: Invitation,
  now: number,
): 'open' | 'used' | 'cancelled' | 'expired' => {
  if (invitation.status !== 'open') return invitation.status
  return now < invitation.expiresAt ? 'open' : 'expired'
}
