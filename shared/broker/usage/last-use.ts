import { recentUse, type RecentUse } from '../recent-use.ts'
import type { AuditRows } from '../audit.ts'
import { lastIssuedAt, type UsagePorts } from './usage-of.ts'

/** What is known of a partner's last use. */
export type LastUse = {
  /** Of the last 24 hours; absent when the record could not be read. */
  recent?: RecentUse
  /** From the record, or else from what was rolled up of it. */
  lastUsedAt?: number
  record: 'complete' | 'incomplete' | 'unreadable'
}

type Ports = UsagePorts & { records: Pick<AuditRows, 'query'> }

/** A partner's last use; what cannot be read is left out, and `record` says so. */
export const lastUse = async (ports: Ports, partner: string): Promise<LastUse> => {
  const recent = await recentUse(ports, partner).catch(() => undefined)
  if (!recent) return { record: 'unreadable' }
  const record = recent.isComplete ? 'complete' : 'incomplete'
  if (recent.lastUsedAt !== undefined) return { recent, record, lastUsedAt: recent.lastUsedAt }
  try {
    const lastUsedAt = await lastIssuedAt(ports, partner)
    return { recent, record, ...(lastUsedAt !== undefined && { lastUsedAt }) }
  } catch {
    return { recent, record: 'incomplete' }
  }
}
