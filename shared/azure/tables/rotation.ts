import * as z from 'zod'
import { heartbeatName, type Heartbeat } from '../../broker/rotation/heartbeat.ts'
import { paceName, type Pace } from '../../broker/rotation/pace-row.ts'
import type { Rows } from '../../broker/rows.ts'
import { formatVersion, instant } from './columns.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

const heartbeatColumns = {
  v: formatVersion,
  name: z.literal(heartbeatName),
  at: instant,
  stalledAt: instant.exactOptional(),
  credentialEndsAt: instant.exactOptional(),
  credentialToldDays: z.int().exactOptional(),
} satisfies Record<keyof Heartbeat, z.ZodType>

// Slots lie within milliseconds: a number, not a time to be read.
const paceColumns = {
  v: formatVersion,
  name: z.literal(paceName),
  nextAt: z.number(),
} satisfies Record<keyof Pace, z.ZodType>

const partitionOf = (name: string) => name

/** What all instances share about rotation, a row each: the timer's heartbeat, and the pace. */
export const rotationTable = (
  account: TableAccount,
  onUnreadable: OnUnreadable,
): { heartbeats: Rows<Heartbeat>; paces: Rows<Pace> } => {
  const table = openTable({ ...account, tableName: 'rotation' })
  return {
    heartbeats: tableRows<Heartbeat>({
      table,
      schema: z.looseObject(heartbeatColumns),
      keys: { keyOf: ({ name }) => name, partitionOf },
      onUnreadable,
    }),
    paces: tableRows<Pace>({
      table,
      schema: z.looseObject(paceColumns),
      keys: { keyOf: ({ name }) => name, partitionOf },
      onUnreadable,
    }),
  }
}
