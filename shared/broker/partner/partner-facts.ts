import type { PartnerStatus } from '../partner-health.ts'

/** Tokens issued in a partner's name on one day, as far as one audience, purpose and customer go. */
export type UsageLine = {
  /** `YYYY-MM-DD`, UTC. */
  day: string
  audience: string
  purpose: string
  customer?: string
  tokens: number
}

/** What was done in a partner's name in the last 30 days; `undefined`: it cannot be read now. */
export type UsageOf = (
  partner: string,
) => Promise<{ lines: UsageLine[]; /** Until when it was counted. */ through?: number } | undefined>

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
  lastUsedAt?: number
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
