import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { TableClient, type TransactionAction } from '@azure/data-tables'
import type { LocalStorage } from '../../local/storage/storage.ts'
import { createIssuer, credentialOf } from './bearer-tokens.ts'
import { storageFixture } from './storage-fixture.ts'

let fixture: Awaited<ReturnType<typeof storageFixture>>
let storage: LocalStorage
let table: TableClient
let tables = 0

beforeAll(async () => {
  fixture = await storageFixture()
  storage = await fixture.start()
})
beforeEach(async () => {
  table = fixture.tableOf(storage.tables, `grants${tables++}`)
  await table.createTable()
})
afterAll(async () => {
  await storage.close()
  fixture.remove()
})

const key = { partitionKey: 'p', rowKey: 'r' }
const rows = (count: number): TransactionAction[] =>
  Array.from({ length: count }, (_, at) => [
    'create',
    { partitionKey: 'p', rowKey: `${at}`.padStart(4, '0'), text: `ü€😀\r\n--changeset ${at}` },
  ])
const count = async (all: AsyncIterable<object>) => {
  let found = 0
  for await (const one of all) found += Object.keys(one).length > 0 ? 1 : 0
  return found
}

test('a row is created, read, merged, replaced and deleted', async () => {
  const created = new Date('2026-01-02T03:04:05.678Z')
  await table.createEntity({ ...key, text: 'größe', many: 2n ** 60n, created })
  const stored = await table.getEntity('p', 'r')
  expect(stored).toMatchObject({ text: 'größe', many: 2n ** 60n, created })
  await table.updateEntity({ ...key, more: 1 }, 'Merge')
  expect(await table.getEntity('p', 'r')).toMatchObject({ text: 'größe', more: 1 })
  await table.updateEntity({ ...key, more: 2 }, 'Replace')
  expect(await table.getEntity('p', 'r')).not.toHaveProperty('text')
  await table.deleteEntity('p', 'r')
  await expect(table.getEntity('p', 'r')).rejects.toMatchObject({
    statusCode: 404,
    details: { odataError: { code: 'ResourceNotFound' } },
  })
})

test('keys with quotes, slashes and percent signs arrive as they are', async () => {
  const rowKey = 'O\'Brien & 50% <a+b> {c} "d" ü'
  await table.createEntity({ partitionKey: "p'q", rowKey, x: 1 })
  expect((await table.getEntity("p'q", rowKey)).rowKey).toBe(rowKey)
  const filter = "RowKey eq 'O''Brien & 50% <a+b> {c} \"d\" ü'"
  expect(await count(table.listEntities({ queryOptions: { filter } }))).toBe(1)
})

test('a stale ETag changes nothing, and a duplicate is refused', async () => {
  await table.createEntity({ ...key, value: 1 })
  const { etag } = await table.getEntity('p', 'r')
  await table.updateEntity({ ...key, value: 2 }, 'Replace', { etag })
  const stale = table.updateEntity({ ...key, value: 3 }, 'Replace', { etag })
  await expect(stale).rejects.toMatchObject({
    statusCode: 412,
    details: { odataError: { code: 'UpdateConditionNotSatisfied' } },
  })
  await expect(table.deleteEntity('p', 'r', { etag })).rejects.toMatchObject({ statusCode: 412 })
  await expect(table.createEntity(key)).rejects.toMatchObject({
    statusCode: 409,
    details: { odataError: { code: 'EntityAlreadyExists' } },
  })
  expect((await table.getEntity('p', 'r')).value).toBe(2)
})

test('a transaction of 100 rows arrives whole, and one bad row undoes all of it', async () => {
  const { status, subResponses } = await table.submitTransaction(rows(100))
  expect(status).toBe(202)
  expect(subResponses.map((one) => one.status)).toEqual(Array.from({ length: 100 }, () => 204))
  expect((await table.getEntity('p', '0042')).text).toBe('ü€😀\r\n--changeset 42')
  const bad: TransactionAction[] = [['create', key], ...rows(1)]
  await expect(table.submitTransaction(bad)).rejects.toMatchObject({ statusCode: 409 })
  await expect(table.getEntity('p', 'r')).rejects.toMatchObject({ statusCode: 404 })
  expect(await count(table.listEntities())).toBe(100)
})

test('a list of more than a page follows its continuation tokens', async () => {
  await table.submitTransaction(rows(100))
  const sizes = []
  for await (const page of table.listEntities().byPage({ maxPageSize: 40 })) sizes.push(page.length)
  expect(sizes).toEqual([40, 40, 20])
})

test('the door adds nothing to an answer and takes nothing away', async () => {
  await table.submitTransaction(rows(3))
  const azurite = /TableEndpoint=([^;]+)/.exec(storage.connectionString)?.[1] ?? ''
  const ask = async (address: string) => {
    const response = await fetch(`${address}/${table.tableName}?$top=2&$filter=RowKey ge '0001'`, {
      headers: {
        authorization: await fixture.authorization(),
        accept: 'application/json;odata=nometadata',
        'x-ms-client-request-id': 'same',
      },
    })
    const own = new Set(['date', 'x-ms-request-id', 'keep-alive'])
    const headers = [...response.headers].filter(([name]) => !own.has(name))
    return { status: response.status, headers, body: await response.text() }
  }
  const throughDoor = await ask(storage.tables)
  expect(throughDoor.status).toBe(200)
  expect(throughDoor.body).toContain('changeset 2')
  expect(azurite).not.toBe(storage.tables)
  expect(throughDoor).toEqual(await ask(azurite))
})

test('a token for another resource is refused', async () => {
  const issuer = await createIssuer()
  const { issue } = issuer
  const wrong = { issue: (claims: object) => issue({ ...claims, aud: 'https://vault.azure.net' }) }
  const stranger = new TableClient(
    storage.tables,
    table.tableName,
    credentialOf({ ...issuer, ...wrong }, 'x'),
  )
  await expect(stranger.getEntity('p', 'r')).rejects.toMatchObject({ statusCode: 403 })
})

test('a fault strikes the table it names, in single calls and in transactions', async () => {
  storage.tablesPart.addFault({ match: { table: table.tableName }, status: 503, times: 2 })
  await expect(table.createEntity(key)).rejects.toMatchObject({ statusCode: 503 })
  await expect(table.submitTransaction(rows(2))).rejects.toMatchObject({ statusCode: 503 })
  expect(await count(table.listEntities())).toBe(0)
  storage.tablesPart.addFault({ match: { table: 'another' }, status: 503, times: 1 })
  await table.createEntity(key)
  storage.tablesPart.clearFaults()
})

test('a lost answer is a write that was done all the same', async () => {
  storage.tablesPart.addFault({ match: { method: 'POST' }, after: true, drop: true, times: 1 })
  await expect(table.createEntity(key)).rejects.toThrow()
  expect((await table.getEntity('p', 'r')).rowKey).toBe('r')
})

test('what the tables were asked is on record by table', async () => {
  await table.createEntity(key)
  await table.submitTransaction(rows(2))
  const own = storage.tablesPart.requests().filter((one) => one.table === table.tableName)
  expect(own.map(({ method, status }) => `${method} ${status}`)).toEqual([
    'POST 201',
    'POST 204',
    'POST 202',
  ])
})
