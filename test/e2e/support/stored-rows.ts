import { TableClient, type TableEntityResult } from '@azure/data-tables'
import type { tableNames } from '../../../shared/azure/tables/table-names.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'

export type Row = TableEntityResult<Record<string, unknown>>

type TableName = (typeof tableNames)[number]

/** A table of the broker, past the door with the test controls. */
export const tableOf = ({ storage }: Pick<StackFacts, 'storage'>, name: TableName): TableClient =>
  TableClient.fromConnectionString(storage, name)

/** Every row of a table that this column value picks. */
export const rowsWhere = async (
  stack: Pick<StackFacts, 'storage'>,
  name: TableName,
  [column, value]: [string, string],
): Promise<Row[]> => {
  const rows: Row[] = []
  const queryOptions = { filter: `${column} eq '${value}'` }
  for await (const row of tableOf(stack, name).listEntities({ queryOptions })) {
    rows.push(row)
  }
  return rows
}

/** The grant of a partner as it is stored, ETag included; undefined when there is none. */
export const grantRow = async (
  stack: Pick<StackFacts, 'storage'>,
  partner: string,
): Promise<Row | undefined> => (await rowsWhere(stack, 'grants', ['partner', partner]))[0]

/** Sets the end of an invitation, attempt or session to a minute ago. */
export const letExpire = async (
  stack: Pick<StackFacts, 'storage'>,
  name: 'invitations' | 'attempts' | 'sessions',
  row: Row | undefined,
): Promise<void> => {
  if (!row?.partitionKey || !row.rowKey) throw new Error('there is no such row')
  const expiresAt = new Date(Date.now() - 60_000).toISOString()
  const { partitionKey, rowKey } = row
  await tableOf(stack, name).updateEntity({ partitionKey, rowKey, expiresAt }, 'Merge')
}
