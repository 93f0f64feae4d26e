import type { TableEntityResult } from '@azure/data-tables'
import { allPages } from '../../broker/rows.ts'
import type { Columns } from './columns.ts'
import type { RowAddress } from './row-kind.ts'
import { isAbsentRow } from './row-writes.ts'
import type { Table } from './table-client.ts'

export type Entity = TableEntityResult<Columns>

export type EntityPage = { entities: Entity[]; /** The SDK's continuation token. */ next?: string }

type Query = {
  filter?: string | undefined
  size: number
  after?: string | undefined
  /** Left out: all of them. */
  columns?: string[]
}

// More is refused by the service.
const largestPage = 1000

/** The row at an address, unparsed; undefined only when it is absent. */
export const readEntity = (table: Table, address: RowAddress): Promise<Entity | undefined> =>
  table.call(async (client, options) => {
    try {
      return await client.getEntity<Columns>(address.partitionKey, address.rowKey, options)
    } catch (thrown) {
      if (isAbsentRow(thrown)) return undefined
      throw thrown
    }
  })

/** One page of a table, which may be empty although another follows. */
export const listPage = (table: Table, query: Query): Promise<EntityPage> =>
  table.call(async (client, options) => {
    const { filter, size, after, columns } = query
    const queryOptions = {
      ...(filter !== undefined && { filter }),
      ...(columns && { select: columns }),
    }
    const pages = client.listEntities<Columns>({ ...options, queryOptions }).byPage({
      maxPageSize: Math.max(1, Math.min(size, largestPage)),
      ...(after !== undefined && { continuationToken: after }),
    })
    const page = await pages.next()
    if (page.done) return { entities: [] }
    const next = page.value.continuationToken
    return { entities: [...page.value], ...(next && { next }) }
  })

/** Every row that the filter lets through, in the order of the keys. */
export const listAll = async (table: Table, filter: string): Promise<Entity[]> => {
  const entities: Entity[] = []
  const pageFrom = async ({ after }: { after?: string }) => {
    const { entities: items, next } = await listPage(table, { filter, size: largestPage, after })
    return { items, ...(next !== undefined && { next }) }
  }
  for await (const { items } of allPages(pageFrom)) entities.push(...items)
  return entities
}
