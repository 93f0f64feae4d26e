import { hasEnded, type Grant, type Superseded } from '../grant.ts'
import { isRevoked, type Revocation } from '../revocation.ts'
import { dueMilestone, endOf } from './grant-end.ts'
import { isRotationDue } from './rotation-due.ts'

const dayMs = 24 * 3600_000

/** How long the generation before stays readable: a mint that began with it may still be under way. */
export const supersededKeptMs = dayMs

export type DueContext = {
  now: number
  cycleMs: number
  /** What the policy says of the partner, which may be ahead of the row. */
  revocation: Revocation | undefined
}

/** Whether anything is to be done for a grant now. Doing it makes this false. */
export const isTendingDue = (grant: Grant, context: DueContext): boolean =>
  (grant.outbox?.length ?? 0) > 0 ||
  dueSuperseded(grant, context).length > 0 ||
  isPutAwayDue(grant, context) ||
  isEndUnmarked(grant, context) ||
  isRevocationUnmarked(grant, context) ||
  isLiveWorkDue(grant, context)

/** Earlier generations whose secret may go now; with a revoked grant at once. */
export const dueSuperseded = (grant: Grant, { now }: Pick<DueContext, 'now'>): Superseded[] =>
  (grant.superseded ?? []).filter(
    ({ at }) => grant.status === 'revoked' || now >= at + supersededKeptMs,
  )

/** Whether the sealed refresh token is of no more use and still there. */
export const isPutAwayDue = (grant: Grant, { now }: Pick<DueContext, 'now'>): boolean =>
  grant.sealedDeletedAt === undefined &&
  (grant.status === 'revoked' || (grant.status === 'consent_needed' && now >= endOf(grant).at))

/** Whether the agreed term is over and the row does not say so yet. */
export const isEndUnmarked = (grant: Grant, { now }: Pick<DueContext, 'now'>): boolean =>
  grant.status === 'active' && hasEnded(grant, now)

/** Whether a revocation was begun and its worker died before it reached the row. */
export const isRevocationUnmarked = (
  grant: Grant,
  { revocation }: Pick<DueContext, 'revocation'>,
): boolean => grant.status !== 'revoked' && isRevoked(grant, revocation)

const isLiveWorkDue = (grant: Grant, { now, cycleMs }: DueContext): boolean =>
  grant.status === 'active' &&
  !hasEnded(grant, now) &&
  (dueMilestone(grant, now) !== undefined || isRotationDue(grant, now, cycleMs))
