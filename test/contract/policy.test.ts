import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordedRequest } from '../../local/kit/requests.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { policyTable } from '../../shared/azure/tables/policy.ts'
import { openTable, type Table } from '../../shared/azure/tables/table-client.ts'
import { inMemoryPolicy } from './in-memory/policy.ts'
import { startTables, type LocalTables } from './local-tables.ts'
import { policyContract, type PolicySubject } from './policy.ts'
import { etagOf } from './rows.ts'
import { sampleLockdown, samplePermission, sampleRevocation } from './samples.ts'

let tables: LocalTables
let table: Table
const unreadable: string[] = []

beforeAll(async () => {
  tables = await startTables()
  await createTables(tables.account)
  table = openTable({ ...tables.account, tableName: 'policy' })
})
afterAll(() => tables.stop())

const open = async (): Promise<PolicySubject> => {
  unreadable.splice(0)
  await table.call(async (client, options) => {
    for await (const { partitionKey = '', rowKey = '' } of client.listEntities(options)) {
      await client.deleteEntity(partitionKey, rowKey, options)
    }
  })
  return policyTable(tables.account, ({ rowKey }) => unreadable.push(rowKey))
}

policyContract('the policy in a table', open)
policyContract('the policy in memory', async () => inMemoryPolicy())

describe('the policy in a table', () => {
  it('writes a change and its epoch in one request', async () => {
    const { permissions } = await open()
    const value = samplePermission()
    const asked = await requestsOf(() => permissions.add(value))
    expect(asked).toMatchObject([{ method: 'POST', path: '/devstoreaccount1/$batch' }])
    const next = await requestsOf(() => permissions.remove(value.name))
    expect(next).toMatchObject([{ method: 'POST', path: '/devstoreaccount1/$batch' }])
  })

  it('reads all of it in one request', async () => {
    const { permissions, policy } = await open()
    for (let count = 0; count < 3; count++) await permissions.add(samplePermission())
    expect(await requestsOf(policy.readAll)).toHaveLength(1)
  })

  it('leaves out a permission that does not parse, and reports it', async () => {
    const { permissions, policy } = await open()
    const [sound, broken] = [samplePermission(), samplePermission()]
    await permissions.add(sound)
    await permissions.add(broken)
    await merge(`permission:${broken.name}`, { purposes: 'not JSON' })
    expect((await policy.readAll()).permissions).toEqual([sound])
    expect(unreadable).toEqual([`permission:${broken.name}`])
  })

  it('leaves out a permission that stands under the name of another', async () => {
    const { permissions, policy } = await open()
    const value = samplePermission()
    await permissions.add(value)
    await merge(`permission:${value.name}`, { name: 'another' })
    expect((await policy.readAll()).permissions).toEqual([])
    expect(unreadable).toEqual([`permission:${value.name}`])
  })

  it.each([
    ['a scope that it does not know', { scope: 'tenant' }],
    ['a format version that it does not know', { v: 3 }],
    ['another name than its key', { name: 'another' }],
  ])('reads a lockdown with %s as one of everything, under its name', async (_, columns) => {
    const { lockdowns, policy } = await open()
    const value = sampleLockdown()
    await lockdowns.add(value)
    await merge(`lockdown:${value.name}`, columns)
    expect((await policy.readAll()).lockdowns).toMatchObject([{ name: value.name, scope: 'all' }])
    await expect(lockdowns.read(value.name)).rejects.toMatchObject({ code: 'internal' })
    expect(await lockdowns.remove(value.name)).toBe('removed')
    expect((await policy.readAll()).lockdowns).toEqual([])
  })

  it.each([
    ['a generation that is none', { generation: -1 }],
    ['a format version that it does not know', { v: 3 }],
    ['another partner than its key', { partner: '22222222-2222-4222-8222-222222222222' }],
  ])('reads a revocation with %s as one of every generation', async (_, columns) => {
    const { revocations, policy } = await open()
    const value = sampleRevocation()
    await revocations.add(value)
    await merge(`revocation:${value.partner}`, columns)
    const [read] = (await policy.readAll()).revocations
    expect(read).toMatchObject({ partner: value.partner, revokedBy: 'operator' })
    expect(read?.generation).toBeGreaterThan(1_000_000)
    await expect(revocations.read(value.partner)).rejects.toMatchObject({ code: 'internal' })
  })

  it('has no policy when the epoch cannot be read', async () => {
    const { permissions, policy } = await open()
    await permissions.add(samplePermission())
    const epoch = { partitionKey: 'policy', rowKey: 'epoch', epoch: 7 }
    await table.call((client, options) => client.upsertEntity(epoch, 'Replace', options))
    await expect(policy.readEpoch()).rejects.toMatchObject({ code: 'internal' })
    await expect(policy.readAll()).rejects.toMatchObject({ code: 'internal' })
  })

  it('fails rather than answer an empty policy when the table does not answer', async () => {
    const { policy } = await open()
    tables.door.addFault({ match: { method: 'GET' }, status: 503, times: 6 })
    await expect(policy.readEpoch()).rejects.toMatchObject({ code: 'upstream_unavailable' })
    await expect(policy.readAll()).rejects.toMatchObject({ code: 'upstream_unavailable' })
    tables.door.clearFaults()
  })

  it('removes by ETag while other permissions change', async () => {
    const { permissions, policy } = await open()
    const value = samplePermission()
    const etag = etagOf(await permissions.add(value))
    const others = [samplePermission(), samplePermission()]
    const [removed] = await Promise.all([
      permissions.remove(value.name, etag),
      ...others.map((one) => permissions.add(one)),
    ])
    expect(removed).toBe('removed')
    const left = (await policy.readAll()).permissions.map(({ name }) => name)
    expect(left.toSorted()).toEqual(others.map(({ name }) => name).toSorted())
  })

  it('does not remove by ETag what changed between the reading and the removal', async () => {
    const { permissions, policy } = await open()
    const value = samplePermission()
    const etag = etagOf(await permissions.add(value))
    // The removal is held before its transaction, while a replace goes through.
    tables.door.addFault({ match: { method: 'POST' }, delayMs: 1000, times: 1 })
    const before = tables.door.requests().length
    const [removed, replaced] = await Promise.all([
      permissions.remove(value.name, etag),
      until(() => tables.door.requests().slice(before).some(isBeingAnswered)).then(() =>
        permissions.replace({ ...value, mode: 'audit' }, etag),
      ),
    ])
    expect(removed).toBe('changed')
    expect(replaced).not.toBe('changed')
    expect((await policy.readAll()).permissions).toEqual([{ ...value, mode: 'audit' }])
  })

  it('reads a policy of more rows than one page holds', async () => {
    const { permissions, policy } = await open()
    await permissions.add(samplePermission())
    const [model] = await rowsNow()
    const { etag: _, timestamp: __, ...columns } = model ?? {}
    await table.call(async (client, options) => {
      for (let batch = 0; batch < 11; batch++) {
        const names = Array.from({ length: 100 }, (___, index) => `p-${batch}-${index}`)
        const rows = names.map((name) => ({
          ...columns,
          partitionKey: 'policy',
          rowKey: `permission:${name}`,
          name,
        }))
        await client.submitTransaction(
          rows.map((row) => ['create', row]),
          options,
        )
      }
    })
    const all = await policy.readAll()
    expect(all.epoch).toBe(await policy.readEpoch())
    expect(all.permissions).toHaveLength(1101)
    expect(unreadable).toEqual([])
  })

  it.each(['a/b', 'a\\b', 'a#b?', 'Ünïcode 💻', "o'neill", '100%25', 'x'.repeat(3000), ''])(
    'keeps a permission named %j apart from any other',
    async (name) => {
      const { permissions, policy } = await open()
      const value = { ...samplePermission(), name }
      const etag = etagOf(await permissions.add(value))
      expect(await permissions.read(name)).toEqual({ value, etag })
      expect((await policy.readAll()).permissions).toEqual([value])
      expect(await permissions.remove(name, etag)).toBe('removed')
    },
  )
})

const requestsOf = async (run: () => Promise<unknown>) => {
  const before = tables.door.requests().length
  await run()
  return tables.door.requests().slice(before)
}

const rowsNow = () =>
  table.call(async (client, options) => {
    const rows: Record<string, unknown>[] = []
    for await (const row of client.listEntities(options)) rows.push(row)
    return rows.filter(({ rowKey }) => rowKey !== 'epoch')
  })

const merge = (rowKey: string, columns: Record<string, unknown>) =>
  table.call((client, options) =>
    client.updateEntity({ partitionKey: 'policy', rowKey, ...columns }, 'Merge', options),
  )

const isBeingAnswered = ({ method, status }: RecordedRequest) => method === 'POST' && status === 0

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
