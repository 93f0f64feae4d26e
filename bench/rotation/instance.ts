import { readPartnerMessage } from '../../shared/azure/rotation-messages.ts'
import { policySnapshot } from '../../shared/broker/policy.ts'
import { shards } from '../../shared/broker/rotation/messages.ts'
import { openPace } from '../../shared/broker/rotation/pace.ts'
import { startRun, sweepShard } from '../../shared/broker/rotation/sweep-shard.ts'
import type { Tended } from '../../shared/broker/rotation/tend-grant.ts'
import { tendPartner } from '../../shared/broker/rotation/tend-partner.ts'
import { handleQueue } from './host.ts'
import { partnerMessageOf, type World } from './world.ts'

const cycleMs = 7 * 24 * 3600_000

export type Tally = Map<string, number>

/** One instance of the broker app as `shared/apps/rotating.ts` wires it, on the world's ports. */
export const openInstance = (world: World, tally: Tally) => {
  const { clock, ports, queues } = world
  const count = (outcome: string) => void tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
  const working = workPorts(world, count)
  const sweep = (number: number) => sweepShard(working, shards[number] ?? '')
  const tend = async (message: number): Promise<void> => {
    const known = readPartnerMessage(partnerMessageOf(message))
    await (known ? tendPartner(working, known, 'bench') : unexpected('message'))
  }
  return {
    startRun: () => startRun({ ...ports, now: clock.now }),
    run: (isOver: () => boolean) => {
      const hosted = { clock, isOver, onFailed: () => count('failed') }
      void handleQueue({ ...hosted, queue: queues.shards, handle: sweep })
      void handleQueue({ ...hosted, queue: queues.partners, handle: tend })
    },
  }
}

const workPorts = (
  { clock: { now, wait }, vault, outside, ports }: World,
  count: (outcome: string) => void,
) => ({
  ...ports,
  ...vault,
  ...outside,
  ...openPace({ ...ports, now, wait }),
  currentPolicy: policySnapshot(ports, now),
  allowUnprovenMfa: false,
  finishRevocation: () => unexpected('revocation'),
  alarm: unexpected,
  cycleMs,
  now,
  halted: { until: 0 },
  onTended: ({ outcome, ...rest }: Tended) => {
    const reason = 'error' in rest ? ` ${rest.error.detail.reason ?? rest.error.code}` : ''
    count(outcome + reason)
  },
})

const unexpected = (what: string): never => {
  throw new Error(`nothing of the kind may happen to healthy grants: ${what}`)
}
