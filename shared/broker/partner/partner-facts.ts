import type { Usage, UsageLine } from '../usage/usage-of.ts'
import type { PartnerStatus } from '../partner-health.ts'

/** What was done in a partner's name of late; undefined or a failure: it cannot be shown now. */
export type UsageOf = (partner: string) => Promise<Usage | undefined>

/** What a partner sees of its own consent; no secret but the form's. Times in milliseconds since the epoch. */
export type PartnerFacts = {
  kind: 'partner'
  /** To be sent back with each form of this session. */
  csrf: string
  partner: string
  displayName?: string
  /** Who is signed in. */
  person: { name?: string; isConsenter: boolean }
  status: PartnerStatus
  generation: number
  /** Object id. */
  consentedBy: string
  consentedAt: number
  rotatedAt: number
  /** Since when the sealed refresh token is deleted. */
  sealedDeletedAt?: number
  lastUsedAt?: number
  /** Whether it was used, or not, cannot be read now. */
  isLastUseUnread?: true
  audiences: { resource: string; permissions: string[] }[]
  endsAt: number
  endsBecause: string
  revokedAt?: number
  revokedBy?: 'operator' | 'partner'
  degraded?: { since: number; reason: string }
  canRenew: boolean
  canWithdraw: boolean
  /** What must be typed to withdraw: the partner's tenant id. */
  confirmation: string
  /** Absent: it cannot be read now. */
  usage?: UsageLine[]
  /** Until when the usage was counted. */
  usageThrough?: number
  app: { displayName: string; clientId: string }
  /** Addresses from which Microsoft is called. */
  addresses: string[]
}
