import * as z from 'zod'
import type { Attempt } from '../../broker/attempt.ts'
import type { Rows } from '../../broker/rows.ts'
import { formatVersion, instant } from './columns.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

const columns = {
  v: formatVersion,
  id: z.string(),
  stateHash: z.string(),
  browserHash: z.string(),
  kind: z.enum(['consent', 'partner', 'renewal']).exactOptional(),
  invitation: z.string(),
  partner: z.string(),
  termDays: z.int().min(1).exactOptional(),
  seenRevocation: z.string().exactOptional(),
  nonce: z.string(),
  codeVerifier: z.string(),
  startedAt: instant,
  expiresAt: instant,
  status: z.enum(['open', 'redeeming', 'done']),
  takenAt: instant.exactOptional(),
  outcome: z.string().exactOptional(),
} satisfies Record<keyof Attempt, z.ZodType>

/** Attempts by id, spread by its first two digits. */
export const attemptRows = (account: TableAccount, onUnreadable: OnUnreadable): Rows<Attempt> =>
  tableRows<Attempt>({
    table: openTable({ ...account, tableName: 'attempts' }),
    schema: z.looseObject(columns),
    keys: { keyOf: ({ id }) => id, partitionOf: (id) => id.slice(0, 2) },
    onUnreadable,
  })
