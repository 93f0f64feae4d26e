import * as z from 'zod'
import { failedQueues, type FailedMessage } from '../../broker/events/failed-message.ts'
import type { Rows } from '../../broker/rows.ts'
import { formatVersion, instant } from './columns.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

// As bytes a column takes the longest message that a queue can hold; as text only half of it.
const bytes = z.codec(z.instanceof(Uint8Array), z.string(), {
  decode: (column) => Buffer.from(column).toString('utf8'),
  encode: (text) => Buffer.from(text, 'utf8'),
})

const columns = {
  v: formatVersion,
  id: z.string(),
  queue: z.enum(failedQueues),
  body: bytes,
  host: z.string().exactOptional(),
  attempts: z.int(),
  reason: z.string(),
  at: instant,
} satisfies Record<keyof FailedMessage, z.ZodType>

/** Messages that were given up, by id, spread by its first two digits. */
export const failedRows = (
  account: TableAccount,
  onUnreadable: OnUnreadable,
): Rows<FailedMessage> =>
  tableRows<FailedMessage>({
    table: openTable({ ...account, tableName: 'failed' }),
    schema: z.looseObject(columns),
    keys: { keyOf: ({ id }) => id, partitionOf: (id) => id.slice(0, 2) },
    onUnreadable,
  })
