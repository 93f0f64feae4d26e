import { vi } from 'vitest'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { rowsWhere, type Row } from './stored-rows.ts'

/** What the audit table holds of one request, by the correlation id of its answer. */
export const auditRows = (
  stack: Pick<StackFacts, 'storage'>,
  { headers }: { headers: Headers },
): Promise<Row[]> =>
  rowsWhere(stack, 'audit', ['correlationId', headers.get('x-correlation-id') ?? 'none'])

/** Waits for the record of a refusal, which is written after its answer. */
export const untilRecorded = (
  stack: Pick<StackFacts, 'storage'>,
  answer: { headers: Headers },
): Promise<Row> =>
  vi.waitUntil(async () => (await auditRows(stack, answer))[0], { timeout: 5000, interval: 50 })
