import type { AuditRecord, AuditRows } from '../../shared/broker/audit.ts'
import { auditPartition } from '../../shared/broker/audit.ts'
import type { Page } from '../../shared/broker/rows.ts'
import type { OperatorHour, UsageRows } from '../../shared/broker/usage/usage-rows.ts'

export const hourMs = 3600_000
export const noon = Date.parse('2026-03-02T12:00:00.000Z')
export const graph = 'https://graph.microsoft.com'

let made = 0

/** A record of an issued token; `facts` changes it. */
export const issued = (facts: Partial<AuditRecord> = {}): AuditRecord => ({
  v: 1,
  id: `id-${++made}`,
  at: noon,
  kind: 'token',
  outcome: 'issued',
  correlationId: 'c',
  callerTenant: 'tenant',
  callerId: 'shop',
  partner: 'fabrikam',
  audience: graph,
  purpose: 'billing',
  permission: 'billing-service',
  ...facts,
})

/** A record of a change by an operator that was made. */
export const managed = (facts: Partial<AuditRecord>): AuditRecord => {
  const { v, id, at, correlationId, callerTenant, callerId } = issued()
  const base = { v, id, at, correlationId, callerTenant, callerId }
  return { ...base, kind: 'management', outcome: 'done', ...facts }
}

/** Puts records where their time says, spread over the shards. */
export const recordAll = async (
  rows: AuditRows,
  records: readonly AuditRecord[],
): Promise<void> => {
  for (const [index, record] of records.entries()) {
    await rows.append(auditPartition(record.at, index % 16), [record])
  }
}

/** Every row of the operator's hours in a month, page after page. */
export const monthRows = async (usage: UsageRows, month: string): Promise<OperatorHour[]> => {
  const rows: OperatorHour[] = []
  let next: string | undefined = ''
  while (next !== undefined) {
    const from: { after?: string } = next === '' ? {} : { after: next }
    const page: Page<OperatorHour> = await usage.hours.month(month, from)
    rows.push(...page.items)
    next = page.next
  }
  return rows
}
