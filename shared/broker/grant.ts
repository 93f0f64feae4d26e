import { createHash } from 'node:crypto'
import type { BrokerEvent } from './broker-event.ts'
import type { WhoMustAct } from './broker-error.ts'

/**
 * `active`: tokens are issued. `consent_needed`: Entra said that only a new consent helps.
 * `revoked`: the operator or the partner ended it. (`expiring` and `degraded` are views of `active`.)
 */
export type GrantStatus = 'active' | 'consent_needed' | 'revoked'

/** One exact version of the sealed refresh token, with the key version that sealed it. */
export type SealedVersion = {
  secretVersion: string
  kid: string
  sealedAt: number
  /** When Entra said that the refresh token ends, where it said so. */
  expiresAt?: number
}

/** What consent leaves. All times are milliseconds since the epoch. */
export type Grant = {
  v: 1
  partner: string
  /** Client id of our application registration that was consented to. */
  app: string
  /** Each consent is a new generation, from 1. */
  generation: number
  status: GrantStatus
  sealed: SealedVersion
  previous?: SealedVersion
  /** Object id of the person who consented; every token must be hers. */
  consentedBy: string
  consentedAt: number
  /** Resource addresses that were proven at consent. */
  audiences: string[]
  /** End of the agreed consent term. */
  endsAt: number
  /** The invitation and the attempt that made this generation, so that neither makes another. */
  invitation: string
  attempt: string
  displayName?: string
  contact?: string
  language?: string
  /** When the invitation behind this generation was made: a later revocation voids them both. */
  begunAt?: number
  revokedAt?: number
  revokedBy?: 'operator' | 'partner'
  lastFailure?: GrantFailure
  /** When Partner Center last confirmed role and MFA of the person who consented. */
  probedAt?: number
  /** Tokens are issued, but something is wrong that will end that. */
  degraded?: Degradation
  /** Not to be rotated before, since the partner's own policy refused it. */
  retryAt?: number
  /** The nearest milestone before the end of the term that was told: 30, 14, 7 or 1 days. */
  toldDays?: number
  /** The same before the end of a refresh token that could not be rotated. */
  toldTokenDays?: number
  /** Generations before this one whose vault secret is still to be deleted. */
  superseded?: Superseded[]
  /** Since when the sealed refresh token is deleted. */
  sealedDeletedAt?: number
  /** Events that this row's last change raised and that may not be in the queue yet. */
  outbox?: BrokerEvent[]
}

export type Degradation = { since: number; reason: string; whoMustAct: WhoMustAct }

export type Superseded = { app: string; generation: number; at: number }

export type GrantFailure = {
  at: number
  reason: string
  suberror?: string
  errorCodes: number[]
  whoMustAct?: WhoMustAct
}

const dayMs = 24 * 3600_000

/** Number of table partitions that grants are spread over. */
export const grantShards = 256

/** The partition of a partner's grant: two hexadecimal digits. */
export const shardOf = (partner: string): string =>
  createHash('sha256').update(partner).digest('hex').slice(0, 2)

/** Whether the consent term is over: no token, no rotation. */
export const hasEnded = (grant: Grant, now: number): boolean => now >= grant.endsAt

/**
 * Whether the stored refresh token is old enough to be replaced by the one a redemption returned: a day,
 * or half of its life where Entra gave it less than two.
 */
export const isWriteBackDue = ({ sealed: { sealedAt, expiresAt } }: Grant, now: number): boolean =>
  now - sealedAt >= Math.min(dayMs, expiresAt === undefined ? dayMs : (expiresAt - sealedAt) / 2)

/** Name of the vault secret of one generation; each rotation is a new version of it. */
export const secretNameOf = (grant: Pick<Grant, 'app' | 'partner' | 'generation'>): string =>
  `refresh-token-${grant.app}-${grant.partner}-${grant.generation}`
