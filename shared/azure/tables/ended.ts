import type { ForgetEnded } from '../../broker/forget-sign-ins.ts'
import { purge } from './purge.ts'
import { openTable, type TableAccount } from './table-client.ts'

/** Removes rows of a table by when they expired; the column is text that sorts as the time does. */
export const forgetEnded = (
  account: TableAccount,
  tableName: 'attempts' | 'sessions',
): ForgetEnded => {
  const table = openTable({ ...account, tableName })
  return (before, most) => purge(table, [`expiresAt lt '${new Date(before).toISOString()}'`], most)
}
