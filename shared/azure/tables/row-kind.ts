import type { TableEntity, TableEntityResult } from '@azure/data-tables'
import * as z from 'zod'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Columns } from './columns.ts'
import { encodeKey } from './row-key.ts'

/** How the values of one kind stand in a table. */
export type RowKind<T> = {
  /** A `looseObject` of codecs: columns of a newer version stay in the value and are written back. */
  schema: z.ZodType<T, Columns>
  keys: RowKeys<T>
}

export type RowKeys<T> = {
  keyOf: (value: T) => string
  partitionOf: (key: string) => string
  /** Before the row key, where one partition holds several kinds. */
  prefix?: string
}

export type RowAddress = { partitionKey: string; rowKey: string }

export const addressOf = <T>({ keys }: RowKind<T>, key: string): RowAddress => ({
  partitionKey: encodeKey(keys.partitionOf(key)),
  rowKey: `${keys.prefix ?? ''}${encodeKey(key)}`,
})

/** A value as the columns of its row; `writeId` tells this write from any other. */
export const toEntity = <T>(kind: RowKind<T>, value: T, writeId: string): TableEntity<Columns> => {
  const columns = z.safeEncode(kind.schema, value)
  if (!columns.success) throw unwritable(columns.error)
  const long = Object.entries(columns.data).find(([, column]) => isTooLong(column))
  if (long) throw tooLong(long[0])
  return { ...columns.data, ...addressOf(kind, kind.keys.keyOf(value)), writeId }
}

/** The value of a row; undefined when it does not parse, or stands under another value's key. */
export const fromEntity = <T>(
  kind: RowKind<T>,
  entity: TableEntityResult<Columns>,
): T | undefined => {
  const value = z.safeDecode(kind.schema, ownColumns(entity))
  if (!value.success) return undefined
  const { partitionKey, rowKey } = addressOf(kind, kind.keys.keyOf(value.data))
  return partitionKey === entity.partitionKey && rowKey === entity.rowKey ? value.data : undefined
}

const tableColumns = new Set(['partitionKey', 'rowKey', 'timestamp', 'etag', 'writeId'])

/** Without what the service and the door add. */
export const ownColumns = (entity: Columns): Columns =>
  Object.fromEntries(
    Object.entries(entity).filter(
      ([name]) => !tableColumns.has(name) && !name.startsWith('odata.'),
    ),
  )

// 64 KiB of UTF-16. The service would say 400, which at the door is a failure worth a retry.
const isTooLong = (column: unknown): boolean => typeof column === 'string' && column.length > 32_768

const tooLong = (name: string) =>
  new BrokerError('request_malformed', `${name} holds more than can be stored. Send less of it`, {
    reason: `column_too_long ${name}`,
  })

const unwritable = ({ issues }: z.ZodError) =>
  new BrokerError('internal', 'a row could not be written. The operator must look into the log', {
    reason: `row_unwritable ${issues.map(({ path }) => path.join('.')).join(' ')}`,
  })
