import { randomUUID } from 'node:crypto'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Page, Rows, Stored, Written } from '../../broker/rows.ts'
import { listPage, readEntity, type Entity } from './entities.ts'
import { fromPageToken, toPageToken } from './page-token.ts'
import { addressOf, fromEntity, toEntity, type RowKind } from './row-kind.ts'
import { singleWrites, type RowWrite, type WriteRow } from './row-writes.ts'
import type { Table } from './table-client.ts'
import type { TableName } from './table-names.ts'

/** Told of a row that a list left out because it could not be read. */
export type OnUnreadable = (row: { table: TableName; rowKey: string }) => void

export type TableRows<T> = RowKind<T> & {
  table: Table
  onUnreadable: OnUnreadable
  /** How a row is written; by default in a request of its own. */
  writeRow?: WriteRow
  /** Which rows are listed, where the table holds other kinds too. */
  filter?: string
}

/** The rows of one kind in one table, each moved only by ETag. */
export const tableRows = <T>(rows: TableRows<T>): Rows<T> => {
  const { table, writeRow = singleWrites(table) } = rows
  const write = (change: Change) => written(table, writeRow, change)
  return {
    read: (key) => readRow(rows, key),
    add: async (value) => write({ verb: 'add', entity: toEntity(rows, value, randomUUID()) }),
    replace: async (value, etag) =>
      write({ verb: 'replace', entity: toEntity(rows, value, randomUUID()), etag }),
    remove: async (key, etag) => {
      const address = addressOf(rows, key)
      const outcome = await writeRow({
        verb: 'remove',
        address,
        ...(etag !== undefined && { etag }),
      })
      return outcome === 'conflict' ? 'changed' : 'removed'
    },
    list: (page) => listRows(rows, page),
  }
}

const readRow = async <T>(rows: TableRows<T>, key: string): Promise<Stored<T> | undefined> => {
  const entity = await readEntity(rows.table, addressOf(rows, key))
  if (!entity) return undefined
  const value = fromEntity(rows, entity)
  if (value === undefined) throw unreadable(rows.table.name)
  return { value, etag: entity.etag }
}

type Change = Extract<RowWrite, { verb: 'add' | 'replace' }>

// The answer to a write may be lost after the write was done; the SDK's retry then meets its own
// row. The row's writeId tells that from a race lost to somebody else.
const written = async (table: Table, writeRow: WriteRow, change: Change): Promise<Written> => {
  const outcome = await writeRow(change)
  if (typeof outcome === 'object' && outcome.etag) return { etag: outcome.etag }
  const now = await readEntity(table, change.entity)
  return now && now.writeId === change.entity.writeId ? { etag: now.etag } : 'changed'
}

type ListOptions = { after?: string; size: number }

const listRows = async <T>(
  rows: TableRows<T>,
  { after, size }: ListOptions,
): Promise<Page<Stored<T>>> => {
  const page = await listPage(rows.table, {
    filter: rows.filter,
    size,
    after: after === undefined ? undefined : fromPageToken(after),
  })
  const items = page.entities.flatMap((entity) => storedOf(rows, entity))
  if (page.next === undefined) return { items }
  const next = toPageToken(page.next)
  return items.length > 0 ? { items, next } : listRows(rows, { after: next, size })
}

const storedOf = <T>(rows: TableRows<T>, entity: Entity): Stored<T>[] => {
  const value = fromEntity(rows, entity)
  if (value !== undefined) return [{ value, etag: entity.etag }]
  rows.onUnreadable({ table: rows.table.name, rowKey: entity.rowKey ?? '' })
  return []
}

const unreadable = (table: TableName) =>
  new BrokerError('internal', 'a row could not be read. The operator must look into the log', {
    reason: `row_unreadable ${table}`,
  })
