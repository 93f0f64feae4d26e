import { grantShards, type Grant } from '../grant.ts'
import type { CurrentPolicy } from '../policy.ts'
import type { Page, Stored } from '../rows.ts'
import { isTendingDue } from './due-work.ts'
import { tendGrant, type Tended, type TendingPorts } from './tend-grant.ts'

/** One of the partitions that grants are spread over: two hexadecimal digits. */
export type ShardMessage = { v: 1; shard: string }

/** One grant that is due. `tries`: how often trouble that passes was met. */
export type PartnerMessage = { v: 1; partner: string; tries: number }

export const shards: readonly string[] = Array.from({ length: grantShards }, (_none, index) =>
  index.toString(16).padStart(2, '0'),
)

type SendShard = (message: ShardMessage) => Promise<void>
type SendPartner = (message: PartnerMessage, delayMs?: number) => Promise<void>

const inParallel = 16

/** What the timer does: a message for each shard, and nothing else. */
export const startRun = (send: SendShard): Promise<void> =>
  eachOf(shards, (shard) => send({ v: 1, shard }))

export type SweepPorts = {
  listShard: (shard: string, page: { after?: string; size: number }) => Promise<Page<Stored<Grant>>>
  sendPartner: SendPartner
  currentPolicy: CurrentPolicy
  cycleMs: number
  now: () => number
}

// The most that the service gives at once.
const pageSize = 1000

/** Looks through one shard and sends a message for each grant that is due; gives their number. */
export const sweepShard = async (ports: SweepPorts, shard: string): Promise<number> => {
  const { revocations } = await ports.currentPolicy()
  const { cycleMs } = ports
  let sent = 0
  let page: Page<Stored<Grant>> = { items: [], next: '' }
  while (page.next !== undefined) {
    // Each page begins where the one before ended, and is let go before the next is read.
    // oxlint-disable-next-line no-await-in-loop
    page = await ports.listShard(shard, {
      size: pageSize,
      ...(page.next !== '' && { after: page.next }),
    })
    const now = ports.now()
    const due = page.items
      .map(({ value }) => value)
      .filter((grant) =>
        isTendingDue(grant, { now, cycleMs, revocation: revocations.get(grant.partner) }),
      )
    // oxlint-disable-next-line no-await-in-loop
    await eachOf(due, ({ partner }) => ports.sendPartner({ v: 1, partner, tries: 0 }))
    sent += due.length
  }
  return sent
}

export type WorkPorts = TendingPorts & {
  sendPartner: SendPartner
  /** Until when no grant is touched, since our own application is refused. */
  halted: { until: number }
  /** The vault is throttling, or the pace is used up: let the others wait too. */
  holdOff: (ms: number) => Promise<void>
  onTended: (tended: Tended, facts: { partner: string; correlationId: string }) => void
}

// What passes by itself is tried again after these, and then by the next hour's sweep.
const retryDelaysMs = [30_000, 120_000, 480_000, 1_200_000]
/** So long after our own application was refused nobody tries again on this instance. */
export const haltMs = 15 * 60_000

/** Handles one partner message. What is still due afterwards is found again by the next sweep. */
export const tendPartner = async (
  ports: WorkPorts,
  { partner, tries }: PartnerMessage,
  correlationId: string,
): Promise<void> => {
  if (ports.now() < ports.halted.until) return
  const tended = await tendGrant(ports, { partner, correlationId })
  ports.onTended(tended, { partner, correlationId })
  if (tended.outcome === 'halt') ports.halted.until = ports.now() + haltMs
  if (tended.outcome !== 'retry') return
  const { code, detail } = tended.error
  const askedMs = (detail.retryAfterSeconds ?? 0) * 1000
  if (code === 'throttled' && detail.reason === 'vault_429') await ports.holdOff(askedMs)
  const delayMs = retryDelaysMs[tries]
  if (delayMs === undefined) return
  await ports.sendPartner({ v: 1, partner, tries: tries + 1 }, Math.max(delayMs, askedMs))
}

/** Runs so many at a time; the first failure ends it, and the message is delivered again. */
const eachOf = async <T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      // A worker takes one after the other.
      // oxlint-disable-next-line no-await-in-loop
      await run(item)
    }
  }
  await Promise.all(Array.from({ length: inParallel }, worker))
}
