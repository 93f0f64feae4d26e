import type { TableEntity, TransactionAction } from '@azure/data-tables'
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { BrokerError } from '../../broker/broker-error.ts'
import { eachOf } from '../../broker/each-of.ts'
import type { OperatorHour, PartnerHour, UsageHours } from '../../broker/usage/usage-rows.ts'
import { dayOf, monthOf } from '../../broker/usage/hours.ts'
import type { Columns } from './columns.ts'
import { listAll, listPage, type Entity } from './entities.ts'
import { fromPageToken, toPageToken } from './page-token.ts'
import { ownColumns } from './row-kind.ts'
import { encodeKey } from './row-key.ts'
import type { Table } from './table-client.ts'
import { operatorHourSchema, partnerHourSchema } from './usage-columns.ts'
import { purge } from './purge.ts'

// Before the day or month, so that one range of partitions holds all older hours of a kind.
const partnerPrefix = 'partner:'
const operatorPrefix = 'operator:'

// A day of partners' hours is spread over so many partitions: one takes 2,000 rows a second.
const shards = 16
const inParallel = 8
// A transaction takes 100 rows and 4 MiB; a character is up to three bytes.
const mostRows = 100
const mostChars = 700_000
const pageSize = 1000

type Row = TableEntity<Columns>

/** The hours of the roll-up: rows are written whole, as often as you like. */
export const usageHours = (table: Table): UsageHours => ({
  putPartnerHours: (rows) => put(table, rows.map(partnerRow)),
  putOperatorHours: (rows) => put(table, rows.map(operatorRow)),
  partnerDay: async (partner, day) => {
    const key = `${encodeKey(partner)}-`
    const entities = await listAll(
      table,
      `PartitionKey eq '${partnerPartition(partner, day)}' and RowKey ge '${key}' and RowKey lt '${key}~'`,
    )
    return entities.map((entity) => decoded(partnerHourSchema, entity))
  },
  month: async (month, { after }) => {
    const filter = `PartitionKey eq '${operatorPrefix}${month}'`
    const from = after === undefined ? undefined : fromPageToken(after)
    const page = await listPage(table, { filter, size: pageSize, after: from })
    const items = page.entities.map((entity) => decoded(operatorHourSchema, entity))
    return { items, ...(page.next !== undefined && { next: toPageToken(page.next) }) }
  },
  purge: ({ day, month }, most) => {
    const partners = between(partnerPrefix, `${partnerPrefix}${day}`)
    const operators = between(operatorPrefix, `${operatorPrefix}${month}`)
    return purge(table, [partners, operators], most)
  },
})

const between = (from: string, before: string): string =>
  `PartitionKey ge '${from}' and PartitionKey lt '${before}'`

const partnerPartition = (partner: string, day: string): string => {
  const [first = 0] = createHash('sha256').update(partner).digest()
  return `${partnerPrefix}${day}-${(first % shards).toString(16)}`
}

const hourAndPart = ({ hour, part }: { hour: number; part: number }): string =>
  `${new Date(hour).toISOString().slice(8, 13)}-${String(part).padStart(4, '0')}`

const partnerRow = (row: PartnerHour): Row => ({
  ...z.encode(partnerHourSchema, row),
  partitionKey: partnerPartition(row.partner, dayOf(row.hour)),
  rowKey: `${encodeKey(row.partner)}-${hourAndPart(row)}`,
})

const operatorRow = (row: OperatorHour): Row => ({
  ...z.encode(operatorHourSchema, row),
  partitionKey: `${operatorPrefix}${monthOf(row.hour)}`,
  rowKey: hourAndPart(row),
})

const put = async (table: Table, rows: Row[]): Promise<void> => {
  const byPartition = Map.groupBy(rows, ({ partitionKey }) => partitionKey)
  const groups = [...byPartition.values()].flatMap(inTransactions)
  const write = (group: Row[]) =>
    table.call(async (client, options) => {
      await client.submitTransaction(group.map(upsert), options)
    })
  await eachOf(groups, write, inParallel)
}

const upsert = (row: Row): TransactionAction => ['upsert', row, 'Replace']

const inTransactions = (rows: Row[]): Row[][] => {
  const groups: Row[][] = []
  let room = 0
  for (const row of rows) {
    const chars = JSON.stringify(row).length
    const last = groups.at(-1)
    if (last && last.length < mostRows && chars <= room) last.push(row)
    else {
      groups.push([row])
      room = mostChars
    }
    room -= chars
  }
  return groups
}

// Left out, an hour would be counted as if nothing had been done in it.
const decoded = <T>(schema: z.ZodType<T, Columns>, entity: Entity): T => {
  const row = z.safeDecode(schema, ownColumns(entity))
  if (row.success) return row.data
  throw new BrokerError('internal', 'a row could not be read. The operator must look into it', {
    reason: `row_unreadable usage ${entity.partitionKey} ${entity.rowKey}`,
  })
}
