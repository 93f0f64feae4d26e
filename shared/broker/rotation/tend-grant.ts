import { BrokerError, isTransient } from '../broker-error.ts'
import { secretNameOf, type Grant, type Superseded } from '../grant.ts'
import type { CurrentPolicy } from '../policy.ts'
import type { Revocation } from '../revocation.ts'
import type { Rows, Stored } from '../rows.ts'
import type { SealedTokens } from '../sealed-token.ts'
import {
  dueSuperseded,
  isEndUnmarked,
  isPutAwayDue,
  isRevocationUnmarked,
  isTendingDue,
} from './due-work.ts'
import { rotateGrant, type RotatingPorts, type Rotation } from './rotate-grant.ts'
import { isRotationDue } from './rotation-due.ts'
import { ended, told } from './transitions.ts'

export type TendingPorts = RotatingPorts & {
  grants: Pick<Rows<Grant>, 'read' | 'replace'>
  sealedTokens: SealedTokens
  currentPolicy: CurrentPolicy
  /** Writes a revocation into the row where its own worker died before that. */
  finishRevocation: (revocation: Revocation) => Promise<void>
}

export type TendRequest = {
  partner: string
  correlationId: string
  /** An operator asks: whether or not anything is due. */
  isForced?: boolean
}

/**
 * What came of it. `lost`: somebody else wrote first, and what it wrote stands. `retry`: trouble that
 * passes, and says nothing of the grant. `halt`: our own application is refused.
 */
export type Tended =
  | { outcome: 'absent' | 'not_due' | 'not_active' | 'lost' }
  | { outcome: 'rotated' | 'degraded' | 'consent_needed' | 'revoked' | 'ended' | 'kept' }
  | { outcome: 'retry' | 'halt'; error: BrokerError }

/**
 * Does what is due for one grant and writes its row by ETag: may be run twice, late, or beside another
 * worker. The row is read again first, so that a message which is out of date does nothing. Throws only
 * what does not pass by itself.
 */
export const tendGrant = async (ports: TendingPorts, request: TendRequest): Promise<Tended> => {
  try {
    return await tend(ports, request)
  } catch (thrown) {
    if (thrown instanceof BrokerError && isTransient(thrown)) {
      return { outcome: 'retry', error: thrown }
    }
    throw thrown
  }
}

const tend = async (ports: TendingPorts, request: TendRequest): Promise<Tended> => {
  const stored = await ports.grants.read(request.partner)
  if (!stored) return { outcome: 'absent' }
  const { cycleMs, now } = ports
  const revocation = (await ports.currentPolicy()).revocations.get(request.partner)
  const context = { now: now(), cycleMs, revocation }
  if (!request.isForced && !isTendingDue(stored.value, context)) return { outcome: 'not_due' }
  if (revocation && isRevocationUnmarked(stored.value, context)) {
    await ports.finishRevocation(revocation)
    return { outcome: 'revoked' }
  }
  if (isEndUnmarked(stored.value, context)) return end(ports, stored)
  if (isPutAwayDue(stored.value, context)) return putAway(ports, stored)
  return live(ports, stored, request)
}

// The row first: from then on nobody opens the sealed token, which the next look deletes.
const end = async (ports: TendingPorts, { value, etag }: Stored<Grant>): Promise<Tended> => {
  const written = await ports.grants.replace(ended(value, ports.now()), etag)
  if (written === 'changed') return { outcome: 'lost' }
  // Read again: the event that this raised has been sent, and must not be sent with the next write.
  const stored = await ports.grants.read(value.partner)
  if (stored && isPutAwayDue(stored.value, { now: ports.now() })) await putAway(ports, stored)
  return { outcome: 'ended' }
}

// Deleting what is gone is no error, so that a crash before the row is written does no harm.
const putAway = async (ports: TendingPorts, { value, etag }: Stored<Grant>): Promise<Tended> => {
  const { superseded = [], ...grant } = value
  for (const name of [value, ...superseded.map((one) => ({ ...value, ...one }))].map(
    secretNameOf,
  )) {
    // One at a time: a revocation has done the same just before, and the vault has limits.
    // oxlint-disable-next-line no-await-in-loop
    await ports.sealedTokens.remove(name)
  }
  const written = await ports.grants.replace({ ...grant, sealedDeletedAt: ports.now() }, etag)
  return { outcome: written === 'changed' ? 'lost' : 'kept' }
}

const live = async (
  ports: TendingPorts,
  { value, etag }: Stored<Grant>,
  { correlationId, isForced = false }: TendRequest,
): Promise<Tended> => {
  const cleared = await withoutSuperseded(ports, value)
  const isDue = isForced || isRotationDue(cleared, ports.now(), ports.cycleMs)
  const rotation =
    value.status === 'active' && isDue
      ? await rotateGrant(ports, { grant: cleared, correlationId })
      : { grant: cleared, outcome: isForced ? ('not_active' as const) : ('kept' as const) }
  // Trouble may last for weeks, and the end come nearer: that is told whatever became of the rotation.
  const grant = told('grant' in rotation ? rotation.grant : cleared, ports.now())
  const tended = tendedBy(rotation)
  if (grant === value && value.outbox === undefined) return tended
  const written = await ports.grants.replace(grant, etag)
  return written === 'changed' && !('error' in tended) ? { outcome: 'lost' } : tended
}

const tendedBy = (
  rotation: Rotation | { grant: Grant; outcome: 'kept' | 'not_active' },
): Tended => {
  if ('retry' in rotation) return { outcome: 'retry', error: rotation.retry }
  if ('halt' in rotation) return { outcome: 'halt', error: rotation.halt }
  return { outcome: rotation.outcome }
}

// What cannot be deleted waits for the next look: the live generation must not be kept from rotation.
const withoutSuperseded = async (ports: TendingPorts, grant: Grant): Promise<Grant> => {
  const due = dueSuperseded(grant, { now: ports.now() })
  if (due.length === 0) return grant
  const gone = new Set<Superseded>()
  const removeOne = async (one: Superseded): Promise<void> => {
    await ports.sealedTokens.remove(secretNameOf({ ...grant, ...one }))
    gone.add(one)
  }
  const removals = await Promise.allSettled(due.map(removeOne))
  if (removals.some(({ status }) => status === 'rejected')) {
    ports.alarm('superseded_not_deleted', { partner: grant.partner })
  }
  if (gone.size === 0) return grant
  const { superseded = [], ...rest } = grant
  const left = superseded.filter((one) => !gone.has(one))
  return left.length > 0 ? { ...rest, superseded: left } : rest
}
