import type { TransactionAction } from '@azure/data-tables'
import { eachOf } from '../../broker/each-of.ts'
import { listPage, type Entity } from './entities.ts'
import { orRefused } from './row-writes.ts'
import type { Table } from './table-client.ts'

const inParallel = 8
const mostRows = 100
const pageSize = 1000

/** A range of partitions, from the first key to before the other. */
export type Range = { from: string; before: string }

/** Removes rows of these ranges until there are none, or `most` are gone. */
export const purgeRanges = async (
  table: Table,
  [range, ...others]: Range[],
  most: number,
): Promise<'done' | 'more'> => {
  if (!range) return 'done'
  if (most <= 0) return 'more'
  const filter = `PartitionKey ge '${range.from}' and PartitionKey lt '${range.before}'`
  const page = await listPage(table, {
    filter,
    size: pageSize,
    columns: ['PartitionKey', 'RowKey'],
  })
  await remove(table, page.entities)
  const isLast = page.next === undefined
  const rest = isLast ? others : [range, ...others]
  return purgeRanges(table, rest, most - Math.max(1, page.entities.length))
}

const remove = async (table: Table, entities: Entity[]): Promise<void> => {
  const byPartition = Map.groupBy(entities, ({ partitionKey }) => partitionKey)
  const groups = [...byPartition.values()].flatMap((rows) =>
    Array.from({ length: Math.ceil(rows.length / mostRows) }, (_, index) =>
      rows.slice(index * mostRows, (index + 1) * mostRows),
    ),
  )
  // Another run may remove the same rows: what is absent is as it should be.
  const removed = async (group: Entity[]) => {
    await table.call((client, options) =>
      orRefused(() => client.submitTransaction(group.map(deletion), options)),
    )
  }
  await eachOf(groups, removed, inParallel)
}

const deletion = ({ partitionKey = '', rowKey = '' }: Entity): TransactionAction => [
  'delete',
  { partitionKey, rowKey },
]
