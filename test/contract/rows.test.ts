import { afterAll, beforeAll } from 'vitest'
import type { Attempt } from '../../shared/broker/attempt.ts'
import type { FailedMessage } from '../../shared/broker/events/failed-message.ts'
import type { Grant } from '../../shared/broker/grant.ts'
import type { Invitation } from '../../shared/broker/invitation.ts'
import type { Lockdown } from '../../shared/broker/lockdown.ts'
import type { Permission } from '../../shared/broker/permission.ts'
import type { Session } from '../../shared/broker/partner/session.ts'
import type { Revocation } from '../../shared/broker/revocation.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import { attemptRows } from '../../shared/azure/tables/attempts.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { failedRows } from '../../shared/azure/tables/failed.ts'
import { grantRows } from '../../shared/azure/tables/grants.ts'
import { invitationRows } from '../../shared/azure/tables/invitations.ts'
import { policyTable } from '../../shared/azure/tables/policy.ts'
import { sessionRows } from '../../shared/azure/tables/sessions.ts'
import { startTables, type LocalTables } from './local-tables.ts'
import { inMemoryRows } from './in-memory/rows.ts'
import { rowsContract, type RowsSubject } from './rows.ts'
import {
  sampleAttempt,
  sampleFailed,
  sampleGrant,
  sampleInvitation,
  sampleLockdown,
  samplePermission,
  sampleRevocation,
  sampleSession,
} from './samples.ts'

let tables: LocalTables
let kinds: {
  grants: Rows<Grant>
  invitations: Rows<Invitation>
  attempts: Rows<Attempt>
  failed: Rows<FailedMessage>
  sessions: Rows<Session>
  permissions: Rows<Permission>
  lockdowns: Rows<Lockdown>
  revocations: Rows<Revocation>
}

beforeAll(async () => {
  tables = await startTables()
  await createTables(tables.account)
  kinds = {
    grants: grantRows(tables.account, unreadable),
    invitations: invitationRows(tables.account, unreadable),
    attempts: attemptRows(tables.account, unreadable),
    failed: failedRows(tables.account, unreadable),
    sessions: sessionRows(tables.account, unreadable),
    ...policyTable(tables.account, unreadable),
  }
})
afterAll(() => tables.stop())

const unreadable = (row: object) => {
  throw new Error(`unreadable: ${JSON.stringify(row)}`)
}

const onBoth = <T>(name: string, subject: RowsSubject<T>): void => {
  rowsContract(`${name} in a table`, {
    ...subject,
    losingAnswer: (write) => tables.losingAnswer(write),
  })
  const inMemory = inMemoryRows(subject.keyOf)
  rowsContract(`${name} in memory`, { ...subject, rows: () => inMemory })
}

onBoth<Grant>('grants', {
  rows: () => kinds.grants,
  keyOf: ({ partner }) => partner,
  sample: sampleGrant,
  change: ({ lastFailure: _, ...grant }) => ({ ...grant, status: 'revoked' }),
})

onBoth<Invitation>('invitations', {
  rows: () => kinds.invitations,
  keyOf: ({ id }) => id,
  sample: sampleInvitation,
  change: ({ contact: _, ...invitation }) => ({ ...invitation, status: 'used' }),
})

onBoth<Attempt>('attempts', {
  rows: () => kinds.attempts,
  keyOf: ({ id }) => id,
  sample: sampleAttempt,
  change: ({ outcome: _, ...attempt }) => ({ ...attempt, status: 'done' }),
})

onBoth<FailedMessage>('failed messages', {
  rows: () => kinds.failed,
  keyOf: ({ id }) => id,
  sample: sampleFailed,
  change: ({ host: _, ...message }) => ({ ...message, attempts: 10 }),
})

onBoth<Session>('sessions', {
  rows: () => kinds.sessions,
  keyOf: ({ id }) => id,
  sample: sampleSession,
  change: ({ name: _, ...session }) => ({ ...session, isAdmin: false }),
})

onBoth<Permission>('permissions', {
  rows: () => kinds.permissions,
  keyOf: ({ name }) => name,
  sample: samplePermission,
  change: ({ notAfter: _, ...permission }) => ({ ...permission, partners: 'any' }),
})

onBoth<Lockdown>('lockdowns', {
  rows: () => kinds.lockdowns,
  keyOf: ({ name }) => name,
  sample: sampleLockdown,
  change: ({ id: _, ...lockdown }) => ({ ...lockdown, scope: 'all' }),
})

onBoth<Revocation>('revocations', {
  rows: () => kinds.revocations,
  keyOf: ({ partner }) => partner,
  sample: sampleRevocation,
  change: (revocation) => ({ ...revocation, generation: 4, revokedBy: 'partner' }),
})
