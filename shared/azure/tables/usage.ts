import * as z from 'zod'
import {
  cursorKey,
  type PermissionUse,
  type UsageCursor,
  type UsageRows,
} from '../../broker/usage/usage-rows.ts'
import type { Rows } from '../../broker/rows.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'
import { cursorColumns, permissionUseColumns } from './usage-columns.ts'
import { usageHours } from './usage-hours.ts'

type UsageTable = UsageRows & { cursor: Rows<UsageCursor>; permissionUses: Rows<PermissionUse> }

/** The table of what is rolled up: its cursor, the uses of permissions, and the hours. */
export const usageTable = (account: TableAccount, onUnreadable: OnUnreadable): UsageTable => {
  const table = openTable({ ...account, tableName: 'usage' })
  const cursor = inPartition('cursor')
  const permissions = inPartition('permissions')
  return {
    hours: usageHours(table),
    cursor: tableRows<UsageCursor>({
      table,
      onUnreadable,
      schema: z.looseObject(cursorColumns),
      keys: { keyOf: () => cursorKey, partitionOf: cursor.partitionOf },
      filter: cursor.filter,
    }),
    permissionUses: tableRows<PermissionUse>({
      table,
      onUnreadable,
      schema: z.looseObject(permissionUseColumns),
      keys: { keyOf: ({ name }) => name, partitionOf: permissions.partitionOf },
      filter: permissions.filter,
    }),
  }
}

const inPartition = (partition: string) => ({
  partitionOf: () => partition,
  filter: `PartitionKey eq '${partition}'`,
})
