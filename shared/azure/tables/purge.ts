import type { TransactionAction } from '@azure/data-tables'
import { eachOf } from '../../broker/each-of.ts'
import { allPages } from '../../broker/rows.ts'
import { listPage, type Entity } from './entities.ts'
import { orRefused } from './row-writes.ts'
import type { Table } from './table-client.ts'

const inParallel = 8
const mostRows = 100
const pageSize = 1000
const columns = ['PartitionKey', 'RowKey']

/** Removes the rows that any of these filters lets through, until there are none or `most` are gone. */
export const purge = async (
  table: Table,
  [filter, ...others]: string[],
  most: number,
): Promise<'done' | 'more'> => {
  if (filter === undefined) return 'done'
  let left = most
  const pageFrom = async ({ after }: { after?: string }) => {
    const { entities, next } = await listPage(table, { filter, size: pageSize, columns, after })
    return { items: entities, ...(next !== undefined && { next }) }
  }
  for await (const { items } of allPages(pageFrom)) {
    await remove(table, items)
    // An empty page was a request too.
    left -= Math.max(1, items.length)
    if (left <= 0) return 'more'
  }
  return purge(table, others, left)
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
