import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import * as z from 'zod'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { shardOf, type Grant } from '../../shared/broker/grant.ts'
import { grantRows, listGrantsBetween } from '../../shared/azure/tables/grants.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { encodeKey } from '../../shared/azure/tables/row-key.ts'
import { openTable, type Table } from '../../shared/azure/tables/table-client.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import { partnerCensus } from '../../shared/broker/report/partner-census.ts'
import { inMemoryPolicy } from './in-memory/policy.ts'
import { startTables, type LocalTables } from './local-tables.ts'
import { etagOf } from './rows.ts'
import { sampleGrant } from './samples.ts'

let tables: LocalTables
let table: Table
let grants: Rows<Grant>
const unreadable: string[] = []

beforeAll(async () => {
  tables = await startTables()
  const early = grantRows(tables.account, () => {})
  await expect(early.read('any')).rejects.toMatchObject({ code: 'upstream_unavailable' })
  await expect(early.remove('any')).rejects.toMatchObject({ code: 'upstream_unavailable' })
  await createTables(tables.account)
  table = openTable({ ...tables.account, tableName: 'grants' })
  grants = grantRows(tables.account, ({ rowKey }) => unreadable.push(rowKey))
})
afterAll(() => tables.stop())
afterEach(async () => {
  tables.door.clearFaults()
  unreadable.splice(0)
  await table.call(async (client, options) => {
    for await (const { partitionKey = '', rowKey = '' } of client.listEntities(options)) {
      await client.deleteEntity(partitionKey, rowKey, options)
    }
  })
})

const addressOf = ({ partner }: Grant) => ({ partitionKey: shardOf(partner), rowKey: partner })

const columnsOf = (grant: Grant): Promise<Record<string, unknown>> => {
  const { partitionKey, rowKey } = addressOf(grant)
  return table.call((client, options) => client.getEntity(partitionKey, rowKey, options))
}

const merge = (grant: Grant, columns: Record<string, unknown>) =>
  table.call((client, options) =>
    client.updateEntity({ ...addressOf(grant), ...columns }, 'Merge', options),
  )

const countRequests = async (run: () => Promise<unknown>): Promise<number> => {
  const before = tables.door.requests().length
  await run()
  return tables.door.requests().length - before
}

it('makes the tables, and leaves those that exist as they are', async () => {
  const grant = sampleGrant()
  await grants.add(grant)
  await createTables(tables.account)
  expect((await grants.read(grant.partner))?.value).toEqual(grant)
})

describe('the columns of a row', () => {
  it('are flat, with times and lists that an operator can read', async () => {
    const grant = sampleGrant()
    await grants.add(grant)
    expect(await columnsOf(grant)).toMatchObject({
      ...addressOf(grant),
      v: 1,
      partner: grant.partner,
      generation: 3,
      consentedAt: '2026-03-01T12:00:00.125Z',
      audiences: '["https://graph.microsoft.com","https://management.azure.com"]',
      sealed: '{"secretVersion":"version-2","kid":"seal/2","sealedAt":"2026-03-01T12:00:00.125Z"}',
    })
  })

  it('lose those that a replace leaves out', async () => {
    const { lastFailure: _, previous: __, ...grant } = sampleGrant()
    const etag = etagOf(await grants.add({ ...sampleGrant(), partner: grant.partner }))
    await grants.replace(grant, etag)
    const columns = await columnsOf(grant)
    expect('lastFailure' in columns || 'previous' in columns).toBe(false)
  })

  it('of the next format version are read, and survive a replace with their types', async () => {
    const grant = sampleGrant()
    await grants.add(grant)
    const later = { region: 'eu', seen: new Date(1e12), count: 12345678901234n, share: 0.5 }
    const sealed =
      '{"secretVersion":"2","kid":"seal/2","sealedAt":"2026-03-01T12:00:00Z","vault":"second"}'
    await merge(grant, { v: 2, ...later, sealed })
    const stored = await grants.read(grant.partner)
    if (!stored) throw new Error('the row is absent')
    expect(stored.value).toMatchObject({ v: 1, generation: 3, status: 'active' })
    etagOf(await grants.replace({ ...stored.value, status: 'revoked' }, stored.etag))
    const columns = await columnsOf(grant)
    expect(columns).toMatchObject({ ...later, status: 'revoked' })
    expect(columns.sealed).toContain('"vault":"second"')
  })
})

describe('a row that cannot be read', () => {
  it.each([
    ['a format version that it does not know', { v: 3 }],
    ['a status that it does not know', { status: 'paused' }],
    ['a time that is none', { endsAt: 'soon' }],
    ['text that is not JSON', { audiences: '[' }],
    ['another partner than its key', { partner: '22222222-2222-4222-8222-222222222222' }],
  ])('because of %s is an error, not an absence', async (_, columns) => {
    const grant = sampleGrant()
    await grants.add(grant)
    await merge(grant, columns)
    await expect(grants.read(grant.partner)).rejects.toMatchObject({ code: 'internal' })
    expect(await grants.add(grant)).toBe('changed')
  })

  it('is left out of a list and reported', async () => {
    const [sound, broken] = [sampleGrant(), sampleGrant()]
    await grants.add(sound)
    await grants.add(broken)
    await merge(broken, { status: 'paused' })
    const { items } = await grants.list({ size: 10 })
    expect(items.map(({ value }) => value)).toEqual([sound])
    expect(unreadable).toEqual([broken.partner])
  })

  it('does not make a page that is empty while others follow', async () => {
    const added = [sampleGrant(), sampleGrant(), sampleGrant()]
    for (const one of added) await grants.add(one)
    const first = (await grants.list({ size: 1 })).items[0]?.value
    if (!first) throw new Error('the list is empty')
    await merge(first, { status: 'paused' })
    const page = await grants.list({ size: 1 })
    expect(page.items).toHaveLength(1)
    expect(page.items[0]?.value.partner).not.toBe(first.partner)
  })
})

it('skips an empty page that carries a continuation token', async () => {
  for (let count = 0; count < 3; count++) await grants.add(sampleGrant())
  const first = await grants.list({ size: 1 })
  const rest = await grants.list({ size: 10, ...(first.next && { after: first.next }) })
  expect(rest.items).toHaveLength(2)
  tables.door.addFault({
    match: { path: '/grants' },
    status: 200,
    headers: {
      'content-type': 'application/json;odata=minimalmetadata',
      ...continuationHeaders(first.next ?? ''),
    },
    body: { value: [] },
    times: 1,
  })
  expect(await grants.list({ size: 10 })).toEqual(rest)
})

const continuationHeaders = (token: string): Record<string, string> => {
  const continuation = z
    .object({ nextPartitionKey: z.string(), nextRowKey: z.string() })
    .parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')))
  return {
    'x-ms-continuation-NextPartitionKey': continuation.nextPartitionKey,
    'x-ms-continuation-NextRowKey': continuation.nextRowKey,
  }
}

it('does not write a value that its columns cannot hold', async () => {
  const grant = { ...sampleGrant(), endsAt: Number.NaN }
  await expect(grants.add(grant)).rejects.toMatchObject({
    code: 'internal',
    detail: { reason: 'row_unwritable endsAt' },
  })
  expect(await grants.read(grant.partner)).toBeUndefined()
})

it('refuses more than a column holds, instead of failing at each retry', async () => {
  const grant = { ...sampleGrant(), displayName: 'x'.repeat(32_768) }
  etagOf(await grants.add(grant))
  const longer = { ...sampleGrant(), audiences: ['x'.repeat(32_768)] }
  await expect(grants.add(longer)).rejects.toMatchObject({
    code: 'request_malformed',
    detail: { reason: 'column_too_long audiences' },
  })
})

describe('a table that does not answer as it should', () => {
  // Each test with a circuit of its own.
  beforeEach(() => {
    grants = grantRows(tables.account, ({ rowKey }) => unreadable.push(rowKey))
  })

  it.each([
    [500, 'upstream_unavailable'],
    [503, 'upstream_unavailable'],
    [403, 'upstream_unavailable'],
    [404, 'upstream_unavailable'],
    [429, 'throttled'],
  ])('with %i is %s, for reads, writes and lists', async (status, code) => {
    const body = { 'odata.error': { code: 'TableNotFound', message: { value: 'secret-canary' } } }
    tables.door.addFault({ match: {}, status, body })
    const grant = sampleGrant()
    // Each with a circuit of its own, since such answers in a row open it.
    const rows = () => grantRows(tables.account, () => {})
    await expect(rows().read(grant.partner)).rejects.toMatchObject({ code })
    await expect(rows().add(grant)).rejects.toMatchObject({ code })
    await expect(rows().replace(grant, 'W/"1"')).rejects.toMatchObject({ code })
    await expect(rows().remove(grant.partner)).rejects.toMatchObject({ code })
    await expect(rows().list({ size: 1 })).rejects.toMatchObject({ code })
  })

  it('is asked three times at most', async () => {
    tables.door.addFault({ match: {}, status: 500 })
    const asked = await countRequests(() => grants.read('any').catch(() => undefined))
    expect(asked).toBe(3)
  })

  it('tells nothing of the address, the key or the answer', async () => {
    tables.door.addFault({ match: {}, status: 500, body: 'secret-canary' })
    const thrown: unknown = await grants.read('secret-key').catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Error)
    const told = JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))
    expect(told).not.toMatch(/secret-|localhost|devstoreaccount1/)
  })

  it('within the time-out is given up', async () => {
    const hasty = grantRows({ ...tables.account, timeoutMs: 200 }, () => {})
    await hasty.read('any').catch(() => undefined)
    tables.door.addFault({ match: {}, delayMs: 3_000 })
    const started = performance.now()
    await expect(hasty.read('any')).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('a key', () => {
  it('is a partner id or a hash as it is', () => {
    expect(encodeKey('0f3c2b1a-1111-4111-8111-abcdefabcdef')).toBe(
      '0f3c2b1a-1111-4111-8111-abcdefabcdef',
    )
  })

  it('holds only what a table takes, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(encodeKey(text)).toMatch(/^[a-z0-9_-]{1,512}$/)
      }),
    )
  })

  it('is never the key of another text', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('_', 'a', '5', 'f', '/', 'A', 'é'), maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
    )
    const keys = new Map<string, string>()
    fc.assert(
      fc.property(text, (one) => {
        const key = encodeKey(one)
        expect(keys.get(key) ?? one).toBe(one)
        keys.set(key, one)
      }),
      { numRuns: 5_000 },
    )
  })
})

/** A partner whose grant lies in that shard. */
const partnerIn = (shard: string): string => {
  const partner = randomUUID()
  return shardOf(partner) === shard ? partner : partnerIn(shard)
}

it('counts the grants of every shard, each once', async () => {
  const shards = ['00', '0f', '10', '7a', 'f0', 'ff', 'ff']
  for (const shard of shards) await grants.add({ ...sampleGrant(), partner: partnerIn(shard) })
  const listShards = listGrantsBetween(tables.account, () => {})
  const ports = { listShards, policy: inMemoryPolicy().policy, now: () => Date.now() }
  expect(await partnerCensus(ports)).toMatchObject({ counted: shards.length, isComplete: true })
})
