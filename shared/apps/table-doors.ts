import { log } from '../azure/log.ts'
import { auditTable } from '../azure/tables/audit.ts'
import { attemptRows } from '../azure/tables/attempts.ts'
import { grantRows } from '../azure/tables/grants.ts'
import { invitationRows } from '../azure/tables/invitations.ts'
import { policyTable } from '../azure/tables/policy.ts'
import type { TableAccount } from '../azure/tables/table-client.ts'
import { usageTable } from '../azure/tables/usage.ts'

/** Every table of the broker. */
export const tableDoors = (account: TableAccount) => ({
  grants: grantRows(account, unreadable),
  invitations: invitationRows(account, unreadable),
  attempts: attemptRows(account, unreadable),
  audit: auditTable(account),
  usage: usageTable(account, unreadable),
  ...policyTable(account, unreadable),
})

const unreadable = ({ table, rowKey }: { table: string; rowKey: string }): void =>
  log('error', 'row_unreadable', { table, rowKey })
