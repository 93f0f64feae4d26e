import { log } from '../azure/log.ts'
import { attemptRows } from '../azure/tables/attempts.ts'
import { auditTable } from '../azure/tables/audit.ts'
import { forgetEnded } from '../azure/tables/ended.ts'
import { failedRows } from '../azure/tables/failed.ts'
import { grantRows, listGrants, listGrantsBetween } from '../azure/tables/grants.ts'
import { invitationRows } from '../azure/tables/invitations.ts'
import { policyTable } from '../azure/tables/policy.ts'
import { rotationTable } from '../azure/tables/rotation.ts'
import { sessionRows } from '../azure/tables/sessions.ts'
import type { TableAccount } from '../azure/tables/table-client.ts'
import { usageTable } from '../azure/tables/usage.ts'
import type { SendEvents } from '../broker/broker-event.ts'
import { announced } from '../broker/rotation/announced.ts'

/** Every table; what a change of a grant raises is sent with it. */
export const tableDoors = (account: TableAccount, sendEvents: SendEvents) => ({
  grants: announced(grantRows(account, unreadable), sendEvents),
  listShard: listGrants(account, unreadable),
  listShards: listGrantsBetween(account, unreadable),
  invitations: invitationRows(account, unreadable),
  attempts: attemptRows(account, unreadable),
  sessions: sessionRows(account, unreadable),
  forgetEnded: {
    attempts: forgetEnded(account, 'attempts'),
    sessions: forgetEnded(account, 'sessions'),
  },
  audit: auditTable(account),
  failed: failedRows(account, unreadable),
  ...policyTable(account, unreadable),
  ...rotationTable(account, unreadable),
  usage: usageTable(account, unreadable),
})

const unreadable = ({ table, rowKey }: { table: string; rowKey: string }): void =>
  log('error', 'row_unreadable', { table, rowKey })
