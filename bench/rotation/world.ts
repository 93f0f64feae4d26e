import type { Policy } from '../../shared/broker/policy.ts'
import type { Heartbeat } from '../../shared/broker/rotation/heartbeat.ts'
import { shards } from '../../shared/broker/rotation/messages.ts'
import type { Pace } from '../../shared/broker/rotation/pace-row.ts'
import type { Clock } from './clock.ts'
import { grantDoors, grantsTable, kid, type GrantsTable } from './grants-table.ts'
import { app, indexOf, partnerOf } from './partners.ts'
import { numberQueue, type NumberQueue } from './queue.ts'
import { delays, randomOf } from './random.ts'
import { countedTables, sharedRow, type CountedTables } from './tables.ts'
import { refreshTokenOf, upstream } from './upstream.ts'
import { limitedVault } from './vault.ts'

export type WorldSize = { grants: number; real: number; seed: number }

const dayMs = 24 * 3600_000
/** As after a long outage: by now every grant is due, wherever its slot in the cycle lies. */
const lastRotatedDaysAgo = 11
const triesPerMessage = 16

export type World = Awaited<ReturnType<typeof openWorld>>

/** All that surrounds the product: tables, queues, vault, Entra and Partner Center, in few bytes. */
export const openWorld = async (clock: Clock, { grants, real, seed }: WorldSize) => {
  const random = randomOf(seed)
  const delayOf = delays(random)
  const table = grantsTable(grants, clock.now() - lastRotatedDaysAgo * dayMs)
  const each = Math.max(1, Math.floor(grants / Math.max(1, real)))
  const isReal = (index: number) => real > 0 && index % each === 0
  const vault = limitedVault({ clock, delayOf, count: grants, isReal })
  await sealFirst(vault, { grants, each: real > 0 ? each : grants })
  const tables = countedTables(clock, delayOf)
  const outside = upstream(clock, delayOf)
  const queues = {
    shards: numberQueue(clock, delayOf),
    partners: numberQueue(clock, delayOf),
  }
  return {
    clock,
    random,
    table,
    vault,
    tables,
    outside,
    queues,
    ports: portsOf({ table, tables, queues }),
  }
}

type Queues = { shards: NumberQueue; partners: NumberQueue }
type Inside = { table: GrantsTable; tables: CountedTables; queues: Queues }

const portsOf = ({ table, tables, queues }: Inside) => ({
  ...grantDoors(table, tables.call),
  paces: sharedRow<Pace>('pace', tables.call),
  heartbeats: sharedRow<Heartbeat>('heartbeat', tables.call),
  readEpoch: () => tables.call('policy', () => 'none'),
  readAll: () => tables.call('policy', () => ({ epoch: 'none', ...noPolicy })),
  sendShard: ({ shard }: { shard: string }) => queues.shards.send(shards.indexOf(shard)),
  sendPartner: ({ partner, tries }: { partner: string; tries: number }, delayMs?: number) =>
    queues.partners.send(indexOf(partner) * triesPerMessage + tries, delayMs),
})

/** The message behind a number of the queue. */
export const partnerMessageOf = (message: number) => ({
  v: 1,
  partner: partnerOf(Math.floor(message / triesPerMessage)),
  tries: message % triesPerMessage,
})

type Vault = ReturnType<typeof limitedVault>

const sealFirst = async (
  { isReal, rsa, secrets }: Vault,
  { grants, each }: { grants: number; each: number },
): Promise<void> => {
  for (let index = 0; index < grants && isReal(index); index += each) {
    const context = { app, partner: partnerOf(index), generation: 1, kid }
    // oxlint-disable-next-line no-await-in-loop
    secrets.seed(index, await rsa.seal(refreshTokenOf(index), context))
  }
}

const noPolicy = {
  permissions: [],
  lockdowns: [],
  revocations: [],
} satisfies Record<keyof Policy, unknown[]>
