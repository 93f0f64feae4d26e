import type { Grant } from '../grant.ts'
import { BrokerError, isTransient } from '../broker-error.ts'
import type { CurrentPolicy } from '../policy.ts'
import { allPages, type Page, type Stored } from '../rows.ts'
import { isTendingDue } from './due-work.ts'
import { isExpiring } from './grant-end.ts'
import { beat, type HeartbeatPorts } from './heartbeat.ts'
import { eachOf } from '../each-of.ts'
import {
  retryDelaysMs,
  shards,
  type SendPartner,
  type SendShard,
  type ShardMessage,
} from './messages.ts'

/** One page of the grants of one shard. */
export type ListShard = (
  shard: string,
  page: { after?: string; size: number },
) => Promise<Page<Stored<Grant>>>

/**
 * What the timer does: a message for each shard, then its heartbeat, and nothing else. The heartbeat
 * comes last: a timer that cannot send has not run, and its silence must be heard.
 */
export const startRun = async (ports: HeartbeatPorts & { sendShard: SendShard }): Promise<void> => {
  await eachOf(shards, (shard) => ports.sendShard({ v: 1, shard, tries: 0 }))
  await beat(ports)
}

export type SweepPorts = {
  listShard: ListShard
  sendPartner: SendPartner
  currentPolicy: CurrentPolicy
  cycleMs: number
  now: () => number
}

// The most that the service gives at once.
const pageSize = 1000

/** How many grants of a shard were due, and how many near their end. */
export type Swept = { due: number; expiring: number }

/**
 * Handles one shard message. Trouble that passes is tried again later, so that some minutes of it cost no
 * message; what lasts is thrown, for it must be reported.
 */
export const handleShard = async (
  ports: SweepPorts & { sendShard: SendShard },
  { shard, tries }: ShardMessage,
): Promise<Swept | { retry: BrokerError }> => {
  try {
    return await sweepShard(ports, shard)
  } catch (thrown) {
    const delayMs = retryDelaysMs[tries]
    if (delayMs === undefined || !(thrown instanceof BrokerError) || !isTransient(thrown)) {
      throw thrown
    }
    await ports.sendShard({ v: 1, shard, tries: tries + 1 }, delayMs)
    return { retry: thrown }
  }
}

/** Looks through one shard and sends a message for each grant that is due. */
export const sweepShard = async (ports: SweepPorts, shard: string): Promise<Swept> => {
  const swept: Swept = { due: 0, expiring: 0 }
  const list = (from: { after?: string }) => ports.listShard(shard, { size: pageSize, ...from })
  // Each page is let go before the next is read.
  for await (const page of allPages(list)) {
    const grants = page.items.map(({ value }) => value)
    swept.expiring += grants.filter((grant) => isNearEnd(grant, ports.now())).length
    swept.due += await sendDue(ports, grants)
  }
  return swept
}

const isNearEnd = (grant: Grant, now: number): boolean =>
  grant.status === 'active' && isExpiring(grant, now)

const sendDue = async (ports: SweepPorts, grants: readonly Grant[]): Promise<number> => {
  const { revocations } = await ports.currentPolicy()
  const context = { now: ports.now(), cycleMs: ports.cycleMs }
  const due = grants.filter((grant) =>
    isTendingDue(grant, { ...context, revocation: revocations.get(grant.partner) }),
  )
  await eachOf(due, ({ partner }) => ports.sendPartner({ v: 1, partner, tries: 0 }))
  return due.length
}
