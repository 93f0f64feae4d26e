import type { Grant, SealedVersion } from '../../shared/broker/grant.ts'
import type { ListShard } from '../../shared/broker/rotation/sweep-shard.ts'
import type { Rows, Stored } from '../../shared/broker/rows.ts'
import type { CallTable } from './tables.ts'
import { app, byShard, indexOf, partnerOf, personOf } from './partners.ts'

const dayMs = 24 * 3600_000
export const kid = 'seal/1'

/**
 * The rows of healthy grants in a few numbers each: rows as objects would take more memory than the
 * product. What such a row cannot hold throws, since nothing of the kind may happen here.
 */
export const grantsTable = (count: number, sealedAt: number) => {
  const rows = {
    version: new Uint32Array(count).map((_none, index) => index + 1),
    sealedAt: new Float64Array(count).fill(sealedAt),
    previous: new Uint32Array(count),
    previousAt: new Float64Array(count),
    probedAt: new Float64Array(count).fill(sealedAt),
    etag: new Uint32Array(count).fill(1),
  }
  const shards = byShard(count)
  const { endsAt } = { endsAt: sealedAt + 300 * dayMs }
  const read = (index: number): Stored<Grant> => {
    const previous = rows.previous[index] ?? 0
    const value: Grant = {
      ...factsOf(index, sealedAt),
      endsAt,
      sealed: versionOf(rows.version[index] ?? 0, rows.sealedAt[index] ?? 0),
      ...(previous > 0 && {
        previous: versionOf(previous, rows.previousAt[index] ?? 0),
      }),
      probedAt: rows.probedAt[index] ?? 0,
    }
    return { value, etag: String(rows.etag[index]) }
  }
  const write = (index: number, { sealed, previous, probedAt = 0 }: Grant): string => {
    rows.version[index] = Number(sealed.secretVersion)
    rows.sealedAt[index] = sealed.sealedAt
    rows.previous[index] = Number(previous?.secretVersion ?? 0)
    rows.previousAt[index] = previous?.sealedAt ?? 0
    rows.probedAt[index] = probedAt
    return String((rows.etag[index] = (rows.etag[index] ?? 0) + 1))
  }
  return { rows, read, write, shards, count }
}

export type GrantsTable = ReturnType<typeof grantsTable>

const factsOf = (index: number, consentedAt: number) => ({
  v: 1 as const,
  partner: partnerOf(index),
  app,
  generation: 1,
  status: 'active' as const,
  consentedBy: personOf(index),
  consentedAt,
  audiences: ['https://api.partnercenter.microsoft.com', 'https://graph.microsoft.com'],
  invitation: `invitation ${index}`,
  attempt: `attempt ${index}`,
  displayName: `Partner ${index}`,
  contact: `it@partner-${index}.example`,
  language: 'en',
})

const versionOf = (number: number, sealedAt: number): SealedVersion => ({
  secretVersion: String(number),
  kid,
  sealedAt,
})

const held = new Set([...Object.keys(factsOf(0, 0)), 'endsAt', 'sealed', 'previous', 'probedAt'])

const requireHealthy = (grant: Grant): void => {
  const other = Object.keys(grant).find((name) => !held.has(name))
  if (other !== undefined || grant.status !== 'active') {
    throw new Error(`a healthy grant came to hold ${other ?? grant.status}`)
  }
}

/** The table as the product sees it: each call takes its time and is counted. */
export const grantDoors = (
  table: GrantsTable,
  call: CallTable,
): { grants: Pick<Rows<Grant>, 'read' | 'replace'>; listShard: ListShard } => ({
  grants: {
    read: (partner) => call('grant read', () => table.read(indexOf(partner))),
    replace: async (grant, etag) => {
      requireHealthy(grant)
      const index = indexOf(grant.partner)
      const isMine = () => String(table.rows.etag[index]) === etag
      const written = await call('grant write', () =>
        isMine() ? { etag: table.write(index, grant) } : ('changed' as const),
      )
      // The door reads the row again, in case it was its own write whose answer was lost.
      if (written === 'changed') await call('grant read', () => undefined)
      return written
    },
  },
  listShard: (shard, { after = '0', size }) =>
    call('grant list', () => {
      const all = table.shards[Number.parseInt(shard, 16)] ?? new Uint32Array()
      const end = Number(after) + size
      const items = Array.from(all.subarray(Number(after), end), table.read)
      return { items, ...(end < all.length && { next: String(end) }) }
    }),
})
