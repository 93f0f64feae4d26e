import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listenOnFreePort } from '../../local/kit/ports.ts'
import { storageFixture } from './storage-fixture.ts'

let fixture: Awaited<ReturnType<typeof storageFixture>>
beforeEach(async () => {
  fixture = await storageFixture()
})
afterEach(() => fixture.remove())

// Each test starts Azurite up to twice, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const key = { partitionKey: 'p', rowKey: 'r' }
const blobPortOf = (connectionString: string) =>
  Number(/BlobEndpoint=https:\/\/127\.0\.0\.1:(\d+)/.exec(connectionString)?.[1])
const isListening = async (port: number) => {
  const probe = createServer()
  const bound = await listenOnFreePort(probe, port)
  await new Promise((resolve) => probe.close(resolve))
  return bound !== port
}

test('rows survive a restart, and Azurite stops in time, without being killed', async () => {
  const storage = await fixture.start()
  const table = fixture.tableOf(storage.tables, 'grants')
  await table.createTable()
  await table.createEntity({ ...key, value: 'kept' })
  const start = performance.now()
  await storage.close()
  expect(performance.now() - start).toBeLessThan(850)
  expect(await isListening(blobPortOf(storage.connectionString))).toBe(false)
  const again = await fixture.start()
  const kept = await fixture.tableOf(again.tables, 'grants').getEntity('p', 'r')
  expect(kept.value).toBe('kept')
  expect(fixture.said).toEqual([])
  await again.close()
})

test('a taken port moves each service to the next free one', async () => {
  const taken = createServer()
  const port = await listenOnFreePort(taken, 0)
  const storage = await fixture.start({ tables: port, queues: port, blobs: port })
  const table = fixture.tableOf(storage.tables, 'grants')
  await table.createTable()
  expect(storage.tablesPart.port).toBeGreaterThan(port)
  expect(storage.queuesPart.port).toBeGreaterThan(port)
  expect(blobPortOf(storage.connectionString)).toBeGreaterThan(port)
  expect(new URL(storage.blobs).port).toBe(String(blobPortOf(storage.connectionString)))
  await storage.close()
  taken.close()
})

test('an unreadable database is moved aside in a line; the other services keep theirs', async () => {
  const storage = await fixture.start()
  const table = fixture.tableOf(storage.tables, 'grants')
  await table.createTable()
  await table.createEntity(key)
  await storage.close()
  writeFileSync(join(fixture.stateFolder, '__azurite_db_queue__.json'), '{"filename":"/x')
  const mended = await fixture.start()
  expect(fixture.said).toHaveLength(2)
  expect(fixture.said[0]).toMatch(/^Mended .*__azurite_db_queue__\.json/)
  expect(fixture.said[1]).toContain('__azurite_db_queue_extent__.json')
  expect(globSync('*.broken-*', { cwd: fixture.stateFolder })).toHaveLength(2)
  const queue = await fetch(`${mended.queues}/rotation`, {
    method: 'PUT',
    headers: { authorization: await fixture.authorization(), 'x-ms-version': '2025-11-05' },
  })
  expect(queue.status).toBe(201)
  expect((await fixture.tableOf(mended.tables, 'grants').getEntity('p', 'r')).rowKey).toBe('r')
  await mended.close()
})

test('a half-written copy that a killed Azurite left does not stop a start', async () => {
  mkdirSync(fixture.stateFolder)
  writeFileSync(join(fixture.stateFolder, '__azurite_db_table__.json~'), '{"filen')
  writeFileSync(join(fixture.stateFolder, 'AzuriteConfig'), '{"inst')
  const storage = await fixture.start()
  await fixture.tableOf(storage.tables, 'grants').createTable()
  await storage.close()
})

test('an Azurite that cannot start is an error with what it said', async () => {
  writeFileSync(fixture.certFiles.keyFile, 'no key')
  await expect(fixture.start()).rejects.toThrow(/Azurite ended; it said:\n.*\S/)
})

const program = `
  import { startStorage } from '${new URL('../../local/storage/storage.ts', import.meta.url).href}'
  const storage = await startStorage(JSON.parse(process.argv[1]))
  console.log(storage.connectionString)
`

test('Azurite ends when the process that started it is killed', async () => {
  const options = {
    certFiles: fixture.certFiles,
    stateFolder: fixture.stateFolder,
    ports: { tables: 0, queues: 0, blobs: 0 },
  }
  const args = ['--input-type=module', '--eval', program, JSON.stringify(options)]
  const parent = spawn(process.execPath, args)
  const [line] = await once(parent.stdout, 'data')
  const port = blobPortOf(String(line))
  expect(await isListening(port)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(async () => expect(await isListening(port)).toBe(false), { timeout: 3000 })
})
