import * as z from 'zod'
import { shardOf, type Grant } from '../../broker/grant.ts'
import type { ListShards } from '../../broker/report/partner-census.ts'
import type { ListShard } from '../../broker/rotation/sweep-shard.ts'
import type { Rows } from '../../broker/rows.ts'
import { brokerEvent } from '../broker-event.ts'
import { formatVersion, instant, json } from './columns.ts'
import { encodeKey } from './row-key.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable, type TableRows } from './table-rows.ts'

const sealedVersion = json(
  z.looseObject({
    secretVersion: z.string(),
    kid: z.string(),
    sealedAt: instant,
    expiresAt: instant.exactOptional(),
  }),
)

const whoMustAct = z.enum(['caller', 'partner_admin', 'customer_admin', 'operator', 'nobody'])

const failure = json(
  z.looseObject({
    at: instant,
    reason: z.string(),
    suberror: z.string().exactOptional(),
    errorCodes: z.array(z.number()),
    whoMustAct: whoMustAct.exactOptional(),
  }),
)

const degradation = json(z.looseObject({ since: instant, reason: z.string(), whoMustAct }))

const superseded = json(
  z.array(z.looseObject({ app: z.string(), generation: z.int(), at: instant })),
)

const columns = {
  v: formatVersion,
  partner: z.string(),
  app: z.string(),
  generation: z.int().min(1),
  status: z.enum(['active', 'consent_needed', 'revoked']),
  sealed: sealedVersion,
  previous: sealedVersion.exactOptional(),
  consentedBy: z.string(),
  consentedAt: instant,
  audiences: json(z.array(z.string())),
  endsAt: instant,
  invitation: z.string(),
  attempt: z.string(),
  displayName: z.string().exactOptional(),
  contact: z.string().exactOptional(),
  language: z.string().exactOptional(),
  begunAt: instant.exactOptional(),
  revokedAt: instant.exactOptional(),
  revokedBy: z.enum(['operator', 'partner']).exactOptional(),
  lastFailure: failure.exactOptional(),
  probedAt: instant.exactOptional(),
  degraded: degradation.exactOptional(),
  retryAt: instant.exactOptional(),
  toldDays: z.int().exactOptional(),
  toldTokenDays: z.int().exactOptional(),
  superseded: superseded.exactOptional(),
  sealedDeletedAt: instant.exactOptional(),
  outbox: json(z.array(brokerEvent)).exactOptional(),
} satisfies Record<keyof Grant, z.ZodType>

/** Grants by partner, spread over hash shards: one partition takes only 2,000 requests a second. */
export const grantRows = (account: TableAccount, onUnreadable: OnUnreadable): Rows<Grant> =>
  tableRows(kindOf(account, onUnreadable))

/** The grants of one shard, page by page. */
export const listGrants = (account: TableAccount, onUnreadable: OnUnreadable): ListShard => {
  const kind = kindOf(account, onUnreadable)
  return (shard, page) =>
    tableRows({ ...kind, filter: `PartitionKey eq '${encodeKey(shard)}'` }).list(page)
}

/** The grants of a range of shards, page by page. */
export const listGrantsBetween = (
  account: TableAccount,
  onUnreadable: OnUnreadable,
): ListShards => {
  const kind = kindOf(account, onUnreadable)
  return ({ from, before }, page) => {
    const filter = `PartitionKey ge '${encodeKey(from)}' and PartitionKey lt '${encodeKey(before)}'`
    return tableRows({ ...kind, filter }).list(page)
  }
}

const kindOf = (account: TableAccount, onUnreadable: OnUnreadable): TableRows<Grant> => ({
  table: openTable({ ...account, tableName: 'grants' }),
  schema: z.looseObject(columns),
  keys: { keyOf: ({ partner }) => partner, partitionOf: shardOf },
  onUnreadable,
})
