import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { auditTable } from '../../shared/azure/tables/audit.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { openTable, type Table } from '../../shared/azure/tables/table-client.ts'
import { auditPartition, type AuditRows } from '../../shared/broker/audit.ts'
import { auditContract, scantRecord } from './audit.ts'
import { inMemoryAudit } from './in-memory/audit.ts'
import { startTables, type LocalTables } from './local-tables.ts'
import { sampleAuditRecord } from './samples.ts'

let tables: LocalTables
let table: Table
let rows: AuditRows
const noon = Date.parse('2026-03-01T12:00:00.000Z')
const hour = { from: noon, to: noon + 3600_000, size: 100 }
const partition = auditPartition(noon, 3)

beforeAll(async () => {
  tables = await startTables()
  await createTables(tables.account)
  table = openTable({ ...tables.account, tableName: 'audit' })
  rows = auditTable(tables.account)
})
afterAll(() => tables.stop())
afterEach(() => tables.door.clearFaults())

auditContract('the record in a table', () => rows)
const inMemory = inMemoryAudit()
auditContract('the record in memory', () => inMemory)

describe('the record in a table', () => {
  it('names a partition for the hour and the shard', () => {
    expect(auditPartition(Date.parse('2026-11-23T14:59:59.999Z'), 11)).toBe('2026112314-b')
  })

  it('writes a hundred records in one request', async () => {
    const partner = randomUUID()
    const records = Array.from({ length: 100 }, () => scantRecord({ partner }))
    const before = tables.door.requests().length
    await rows.append(partition, records)
    const asked = tables.door.requests().slice(before)
    expect(asked).toMatchObject([{ method: 'POST', path: '/devstoreaccount1/$batch' }])
    expect((await rows.query({ ...hour, partner })).items).toHaveLength(100)
  })

  it('knows its own records again when the answer was lost', async () => {
    const partner = randomUUID()
    const records = [scantRecord({ partner }), scantRecord({ partner })]
    await tables.losingAnswer(() => rows.append(partition, records))
    expect((await rows.query({ ...hour, partner })).items).toHaveLength(2)
  })

  it('fails when it was not written, so that nobody takes it for recorded', async () => {
    tables.door.addFault({ match: { method: 'POST' }, status: 503 })
    const appending = rows.append(partition, [scantRecord()])
    await expect(appending).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('fails when the rows are said to exist and do not', async () => {
    const body = '{"odata.error":{"code":"EntityAlreadyExists"}}'
    tables.door.addFault({ match: { method: 'POST' }, status: 409, body })
    const appending = rows.append(partition, [scantRecord()])
    await expect(appending).rejects.toThrow()
  })

  it('has flat columns that an operator can read', async () => {
    const record = sampleAuditRecord()
    await rows.append(partition, [record])
    const [entity] = await entitiesOf(record.partner ?? '')
    expect(entity).toMatchObject({
      at: '2026-03-01T12:00:00.125Z',
      expiresAt: '2026-03-01T13:00:00.125Z',
      scopes: '["https://graph.microsoft.com/.default"]',
      callerTenant: record.callerTenant,
    })
  })

  it('does not pass over a record that cannot be read, and says which it is', async () => {
    const partner = randomUUID()
    await rows.append(partition, [scantRecord({ partner })])
    const [entity] = await entitiesOf(partner)
    const { partitionKey = '', rowKey = '' } = entity ?? {}
    await table.call((client, options) =>
      client.updateEntity({ partitionKey, rowKey, kind: 'other' }, 'Merge', options),
    )
    const querying = rows.query({ ...hour, partner })
    await expect(querying).rejects.toMatchObject({
      code: 'internal',
      detail: { reason: `row_unreadable audit ${partitionKey} ${rowKey}` },
    })
  })

  it('ends a long search with an empty page that can be continued', async () => {
    const next = { nextPartitionKey: partition, nextRowKey: '0' }
    tables.door.addFault({
      match: { path: '/audit' },
      status: 200,
      headers: {
        'content-type': 'application/json;odata=minimalmetadata',
        'x-ms-continuation-NextPartitionKey': next.nextPartitionKey,
        'x-ms-continuation-NextRowKey': next.nextRowKey,
      },
      body: { value: [] },
    })
    const before = tables.door.requests().length
    const page = await rows.query(hour)
    expect(page.items).toEqual([])
    expect(page.next).toMatch(/^[\w-]+$/)
    expect(tables.door.requests().length - before).toBeLessThanOrEqual(50)
  })
})

const entitiesOf = (partner: string) =>
  table.call(async (client, options) => {
    const queryOptions = { filter: `partner eq '${partner}'` }
    const found = []
    for await (const entity of client.listEntities({ ...options, queryOptions })) found.push(entity)
    return found
  })
