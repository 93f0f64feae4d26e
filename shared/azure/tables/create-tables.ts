import { openTable, type TableAccount } from './table-client.ts'
import { tableNames } from './table-names.ts'

/** Makes the tables that are missing. In Azure the deployment does this: no app may create tables. */
export const createTables = async (account: TableAccount): Promise<void> => {
  const tables = tableNames.map((tableName) => openTable({ ...account, tableName }))
  await Promise.all(
    tables.map((table) => table.call((client, options) => client.createTable(options))),
  )
}
