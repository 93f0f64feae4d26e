import { BrokerError } from './broker-error.ts'
import type { Lockdown } from './lockdown.ts'
import { compilePermission, type CompiledPermission, type Permission } from './permission.ts'
import type { Revocation } from './revocation.ts'

/** Everything that decides without a grant: what each instance knows of the operator's will. */
export type Policy = {
  permissions: readonly CompiledPermission[]
  lockdowns: readonly Lockdown[]
  /** By partner. */
  revocations: ReadonlyMap<string, Revocation>
}

/** All rows of the policy as they were read. `epoch` changes whenever any of them does. */
export type PolicySource = {
  epoch: string
  permissions: Permission[]
  lockdowns: Lockdown[]
  revocations: Revocation[]
}

/** The rows behind the policy. */
export type PolicyRows = {
  /** Reads the epoch row alone; `none` before the first change. */
  readEpoch: () => Promise<string>
  /**
   * Reads all of it in one query. A permission that cannot be read grants nothing; a lockdown or
   * revocation that cannot be read stops all that it may have meant.
   */
  readAll: () => Promise<PolicySource>
  /** Calls back after each change that this process makes, so that it never misses its own. */
  onChanged?: (listener: () => void) => void
}

/**
 * Gives the policy of this moment, or throws `upstream_unavailable`: never an old one, and with
 * `notBefore` none that was read before that time.
 */
export type CurrentPolicy = (notBefore?: number) => Promise<Policy>

/** A snapshot older than this is read again before it decides. */
export const refreshAfterMs = 10_000
/** A snapshot older than this decides nothing, so that a change holds everywhere within 30 seconds. */
export const unusableAfterMs = 25_000

type Snapshot = { policy: Policy; epoch: string; readAt: number; changes: number }

/**
 * One snapshot for the process, re-read on the request path in single flight. Its age counts from
 * the start of the read, so an instance thawed after a pause reads before it answers.
 */
export const policySnapshot = (rows: PolicyRows, now: () => number): CurrentPolicy => {
  let snapshot: Snapshot | undefined
  let reading: Promise<Snapshot> | undefined
  let changes = 0
  rows.onChanged?.(() => {
    changes++
    // A read that is under way may have missed the change: nobody else may join it.
    reading = undefined
  })

  const read = async (): Promise<Snapshot> => {
    const start = { readAt: now(), changes }
    const epoch = await rows.readEpoch()
    const known = snapshot?.epoch === epoch ? snapshot : await readRows(rows)
    const fresh = { ...known, ...start }
    if (!snapshot || snapshot.readAt <= fresh.readAt) snapshot = fresh
    return fresh
  }
  const readOnce = (): Promise<Snapshot> => {
    const mine = (reading ??= read())
    const done = () => {
      if (reading === mine) reading = undefined
    }
    return mine.finally(done)
  }
  const readFrom = async (notBefore: number): Promise<Snapshot> => {
    const joined = await readOnce()
    // The read that was under way may have begun too early.
    return joined.readAt < notBefore ? readOnce() : joined
  }

  return async (notBefore = -Infinity) => {
    const oldest = Math.max(notBefore, now() - refreshAfterMs + 1)
    if (snapshot?.changes === changes && snapshot.readAt >= oldest) return snapshot.policy
    const latest = await readFrom(notBefore).catch((error: unknown) => snapshot ?? rethrow(error))
    if (now() - latest.readAt >= unusableAfterMs || latest.readAt < notBefore) throw tooOld()
    return latest.policy
  }
}

const readRows = async (rows: PolicyRows): Promise<{ epoch: string; policy: Policy }> => {
  const source = await rows.readAll()
  return { epoch: source.epoch, policy: compilePolicy(source) }
}

/** The rows made ready to decide by. */
export const compilePolicy = (source: Omit<PolicySource, 'epoch'>): Policy => ({
  permissions: source.permissions.map(compilePermission),
  lockdowns: source.lockdowns,
  revocations: new Map(source.revocations.map((revocation) => [revocation.partner, revocation])),
})

const rethrow = (error: unknown): never => {
  throw error
}

const tooOld = () =>
  new BrokerError('upstream_unavailable', 'the permissions could not be read. Try again shortly', {
    reason: 'policy_snapshot_too_old',
    retryAfterSeconds: 5,
  })
