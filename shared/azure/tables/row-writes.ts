import type { TableClient, TableEntity } from '@azure/data-tables'
import * as z from 'zod'
import { statusOf } from '../trouble.ts'
import type { Columns } from './columns.ts'
import type { RowAddress } from './row-kind.ts'
import type { CallOptions, Table } from './table-client.ts'

export type RowWrite =
  | { verb: 'add'; entity: TableEntity<Columns> }
  | { verb: 'replace'; entity: TableEntity<Columns>; etag: string }
  | { verb: 'remove'; address: RowAddress; etag?: string }

/** `conflict`: the row exists already, or has another ETag. `absent`: there is no such row. */
export type WriteOutcome = { etag?: string | undefined } | 'conflict' | 'absent'

export type WriteRow = (write: RowWrite) => Promise<WriteOutcome>

/** Writes one row by a request of its own. */
export const singleWrites =
  (table: Table): WriteRow =>
  (write) =>
    table.call((client, options) => orRefused(() => submit(client, write, options)))

const submit = async (
  client: TableClient,
  write: RowWrite,
  options: CallOptions,
): Promise<{ etag?: string | undefined }> => {
  if (write.verb === 'add') return client.createEntity(write.entity, options)
  if (write.verb === 'replace') {
    return client.updateEntity(write.entity, 'Replace', { ...options, etag: write.etag })
  }
  const { partitionKey, rowKey } = write.address
  await client.deleteEntity(partitionKey, rowKey, {
    ...options,
    ...(write.etag !== undefined && { etag: write.etag }),
  })
  return {}
}

/** Runs a write inside the door: a lost race is a value, any other failure is thrown on. */
export const orRefused = async <T>(run: () => Promise<T>): Promise<T | 'conflict' | 'absent'> => {
  try {
    return await run()
  } catch (thrown) {
    const status = statusOf(thrown)
    if (status === 409 || status === 412) return 'conflict'
    if (isAbsentRow(thrown)) return 'absent'
    throw thrown
  }
}

/** Whether an SDK error says that the row is absent; a missing table is a failure, not an absence. */
export const isAbsentRow = (thrown: unknown): boolean =>
  statusOf(thrown) === 404 && errorCodeOf(thrown) !== 'TableNotFound'

const requestError = z.object({ details: z.object({ odataError: z.object({ code: z.string() }) }) })
const transactionError = z.object({ code: z.string() })

const errorCodeOf = (thrown: unknown): string | undefined =>
  requestError.safeParse(thrown).data?.details.odataError.code ??
  transactionError.safeParse(thrown).data?.code
