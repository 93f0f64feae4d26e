import type { AuditRows } from '../audit.ts'
import { allPages } from '../rows.ts'

/** The time of a record in the first hour that has any; undefined when none has. */
export const firstRecordAt = async (
  records: Pick<AuditRows, 'query'>,
  { from, to }: { from: number; to: number },
): Promise<number | undefined> => {
  for await (const page of allPages((start) => records.query({ from, to, size: 1, ...start }))) {
    const [first] = page.items
    if (first) return first.at
  }
  return undefined
}
