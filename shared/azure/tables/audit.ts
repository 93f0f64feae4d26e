import type { TableEntity, TransactionAction } from '@azure/data-tables'
import * as z from 'zod'
import type { AuditQuery, AuditRecord, AuditRows } from '../../broker/audit.ts'
import { BrokerError, type BrokerErrorCode } from '../../broker/broker-error.ts'
import type { Page } from '../../broker/rows.ts'
import { withinBudget } from '../time-budget.ts'
import { statusOf } from '../trouble.ts'
import { formatVersion, instant, json, type Columns } from './columns.ts'
import { listPage, readEntity, type Entity } from './entities.ts'
import { ownColumns } from './row-kind.ts'
import { fromPageToken, toPageToken } from './page-token.ts'
import { openTable, type Table, type TableAccount } from './table-client.ts'

const text = z.string().exactOptional()

const columns = {
  v: formatVersion,
  id: z.string(),
  at: instant,
  kind: z.enum(['token', 'management']),
  outcome: z.enum(['issued', 'refused', 'done']),
  correlationId: z.string(),
  callerTenant: z.string(),
  callerId: z.string(),
  personId: text,
  partner: text,
  customer: text,
  audience: text,
  scopes: json(z.array(z.string())).exactOptional(),
  purpose: text,
  permission: text,
  trials: json(z.array(z.string())).exactOptional(),
  address: text,
  generation: z.int().exactOptional(),
  tokenHash: text,
  expiresAt: instant.exactOptional(),
  code: z.custom<BrokerErrorCode>((value) => typeof value === 'string').exactOptional(),
  reason: text,
  action: text,
  target: text,
} satisfies Record<keyof AuditRecord, z.ZodType>

const schema: z.ZodType<AuditRecord, Columns> = z.looseObject(columns)

// A group holds the records of many requests and is written on behalf of none of them: it must not
// inherit the budget of whichever came first.
const appendBudgetMs = 10_000

/** The audit table: rows are added and read, never changed or removed. */
export const auditTable = (account: TableAccount): AuditRows => {
  const table = openTable({ ...account, tableName: 'audit' })
  return {
    append: (partition, records) =>
      withinBudget(appendBudgetMs, () => append(table, partition, records)),
    query: (query) => readPage(table, query),
  }
}

const rowKeyOf = ({ at, id }: AuditRecord): string => `${String(at).padStart(15, '0')}-${id}`

const append = async (table: Table, partition: string, records: AuditRecord[]): Promise<void> => {
  const entities = records.map((record) => entityOf(partition, record))
  const outcome = await table.call(async (client, options) => {
    try {
      await client.submitTransaction(entities.map(creation), options)
      return 'written'
    } catch (thrown) {
      if (statusOf(thrown) === 409) return 'exists'
      throw thrown
    }
  })
  if (outcome === 'exists') await requireWritten(table, entities[0])
}

const creation = (entity: TableEntity<Columns>): TransactionAction => ['create', entity]

// Row keys are ours alone: when they exist, an answer was lost after the write was done. A
// transaction is written whole, so one row proves them all.
const requireWritten = async (table: Table, first: TableEntity<Columns> | undefined) => {
  if (first && (await readEntity(table, first))) return
  throw new Error('the audit rows exist and are not there')
}

const entityOf = (partitionKey: string, record: AuditRecord): TableEntity<Columns> => ({
  ...z.encode(schema, record),
  partitionKey,
  rowKey: rowKeyOf(record),
})

// The service may end a page at the end of a partition: a month has thousands of them.
const emptyPages = 50

// Reads on past empty pages, and after so many of them hands the search back to be continued.
const readPage = async (table: Table, query: AuditQuery): Promise<Page<AuditRecord>> => {
  const filter = filterOf(query)
  let after = query.after === undefined ? undefined : fromPageToken(query.after)
  for (let left = emptyPages; left > 0; left--) {
    // Each page begins where the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    const page = await listPage(table, { filter, size: query.size, after })
    const items = page.entities.map(recordOf)
    if (page.next === undefined) return { items }
    if (items.length > 0) return { items, next: toPageToken(page.next) }
    after = page.next
  }
  return { items: [], ...(after !== undefined && { next: toPageToken(after) }) }
}

const filterOf = ({ from, to, partner, caller, correlation, partition }: AuditQuery): string => {
  const [tenant, clientId] = caller?.split('/') ?? []
  const equals = Object.entries({
    partner,
    callerTenant: tenant,
    callerId: clientId,
    correlationId: correlation,
  }).filter(([, value]) => value !== undefined)
  return [
    ...(partition === undefined ? hoursOf(from, to) : [`PartitionKey eq '${quoted(partition)}'`]),
    `at ge '${new Date(from).toISOString()}'`,
    `at lt '${new Date(to).toISOString()}'`,
    ...equals.map(([name, value]) => `${name} eq '${quoted(value ?? '')}'`),
  ].join(' and ')
}

// Partitions begin with the hour, so a range of them holds a range of time; `to` is not part of it.
const hoursOf = (from: number, to: number): string[] => [
  `PartitionKey ge '${hourOf(from)}'`,
  `PartitionKey le '${hourOf(Math.max(from, to - 1))}~'`,
]

const hourOf = (time: number): string =>
  new Date(time).toISOString().slice(0, 13).replaceAll(/\D/g, '')

const quoted = (value: string): string => value.replaceAll("'", "''")

// A record that cannot be read must not be passed over in silence.
const recordOf = (entity: Entity): AuditRecord => {
  const record = z.safeDecode(schema, ownColumns(entity))
  if (record.success) return record.data
  throw new BrokerError('internal', 'a record could not be read. The operator must look into it', {
    reason: `row_unreadable audit ${entity.partitionKey} ${entity.rowKey}`,
  })
}
