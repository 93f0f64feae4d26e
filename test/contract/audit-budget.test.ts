import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditTable } from '../../shared/azure/tables/audit.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { grantRows } from '../../shared/azure/tables/grants.ts'
import { withinBudget } from '../../shared/azure/time-budget.ts'
import type { AuditRecord } from '../../shared/broker/audit.ts'
import { openAudit } from '../../shared/broker/open-audit.ts'
import { startTables, type LocalTables } from './local-tables.ts'

let tables: LocalTables
beforeAll(async () => {
  tables = await startTables()
  await createTables(tables.account)
})
afterAll(() => tables.stop())

test('records of later requests do not run out of the time of the request that began writing', async () => {
  const lines: AuditRecord[] = []
  const audit = openAudit({
    rows: auditTable(tables.account),
    line: (record) => void lines.push(record),
    onOverflow: () => {},
    now: Date.now,
  })
  const record = {
    kind: 'token' as const,
    outcome: 'issued' as const,
    correlationId: 'c',
    callerTenant: 't',
    callerId: 'i',
  }
  await withinBudget(0, async () => {
    const grants = grantRows(tables.account, () => {})
    await expect(grants.read('any')).rejects.toMatchObject({
      detail: { reason: 'tables_out_of_time' },
    })
    await audit.commit(record)
  })
  expect(lines).toHaveLength(1)
})
