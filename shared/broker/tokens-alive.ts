import type { AuditRows } from './audit.ts'
import { allPages } from './rows.ts'

/** Entra gives access tokens at most this life, unless a partner's own policy says otherwise. */
export const ordinaryLifeMs = 90 * 60_000
/** How long a token may live that a relayed claims challenge asked for. */
export const longestLifeMs = 28 * 3600_000
/** How long other instances may go on by what they know. */
export const effectiveWithinMs = 30_000

/** Until when tokens that were handed out may live; times in milliseconds since the epoch. */
export type TokensAlive = {
  /** No token that was handed out lives longer. */
  until: number
  /** The end of the longest-lived token on record; absent when there is none. */
  latestOnRecord?: number
  /** False when the record could not be read to its end: `until` is then the worst that can be. */
  isRecordRead: boolean
}

type Ports = { records: Pick<AuditRows, 'query'>; now: () => number }

const pageSize = 1000
const patienceMs = 5000

/** Asks the record for the tokens of a partner that may still live. */
export const tokensAlive = async (
  { records, now }: Ports,
  partner: string,
): Promise<TokensAlive> => {
  const at = now()
  try {
    const latest = await latestExpiry({ records, now }, partner, at)
    const until = Math.max(latest ?? 0, at + effectiveWithinMs + ordinaryLifeMs)
    const isAlive = latest !== undefined && latest > at
    return { until, isRecordRead: true, ...(isAlive && { latestOnRecord: latest }) }
  } catch {
    return { until: at + effectiveWithinMs + longestLifeMs, isRecordRead: false }
  }
}

const latestExpiry = async (
  { records, now }: Ports,
  partner: string,
  at: number,
): Promise<number | undefined> => {
  const query = { from: at - longestLifeMs, to: at + effectiveWithinMs, partner, size: pageSize }
  let latest: number | undefined
  for await (const page of allPages((start) => records.query({ ...query, ...start }))) {
    const ends = page.items.map(({ expiresAt }) => expiresAt ?? 0).filter((end) => end > 0)
    if (ends.length > 0) latest = Math.max(latest ?? 0, ...ends)
    const hasMore = page.next !== undefined
    if (hasMore && now() - at > patienceMs) {
      throw new Error('the record is too long to be read now')
    }
  }
  return latest
}
