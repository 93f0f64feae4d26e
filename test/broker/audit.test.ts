import { beforeEach, expect, test, vi } from 'vitest'
import {
  auditPartition,
  auditShards,
  type Audit,
  type AuditRecord,
  type AuditRows,
  type NewRecord,
} from '../../shared/broker/audit.ts'
import { openAudit } from '../../shared/broker/open-audit.ts'

const noon = Date.parse('2026-03-01T12:00:00.125Z')
const record: NewRecord = {
  kind: 'token',
  outcome: 'issued',
  correlationId: 'c',
  callerTenant: 'tenant',
  callerId: 'shop',
  tokenHash: 'hash',
}
const down = new Error('https://account.example/audit?canary')

let now: number
let append: ReturnType<typeof vi.fn<AuditRows['append']>>
let line: ReturnType<typeof vi.fn<(record: AuditRecord) => void>>
let onOverflow: ReturnType<typeof vi.fn<(dropped: number) => void>>
let audit: Audit
beforeEach(() => {
  now = noon
  append = vi.fn<AuditRows['append']>(async () => {})
  line = vi.fn<(record: AuditRecord) => void>()
  onOverflow = vi.fn<(dropped: number) => void>()
  audit = openAudit({ rows: { append }, line, onOverflow, now: () => now })
})

const rowsWritten = () => append.mock.calls.flatMap(([, records]) => records)

test('a commit returns when its row is durable, and not before', async () => {
  const gate = Promise.withResolvers<void>()
  append.mockImplementationOnce(() => gate.promise)
  const committed = vi.fn<() => void>()
  const commit = audit.commit(record).then(committed)
  await new Promise((resolve) => void setImmediate(resolve))
  expect([committed.mock.calls.length, line.mock.calls.length]).toEqual([0, 0])
  gate.resolve()
  await commit
  expect(rowsWritten()).toEqual([
    { ...record, v: 1, at: noon, id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ])
  expect(line.mock.calls).toEqual([rowsWritten()])
})

test('a token that is not on record is refused for now, and the line says refused, not issued', async () => {
  append.mockRejectedValueOnce(down)
  const thrown = await audit.commit(record).catch((error: unknown) => error)
  expect(thrown).toMatchObject({
    code: 'upstream_unavailable',
    detail: { reason: 'audit_unavailable', retryAfterSeconds: 5 },
  })
  expect(String(thrown)).not.toContain('canary')
  expect(line.mock.calls).toEqual([
    [
      expect.objectContaining({
        outcome: 'refused',
        code: 'upstream_unavailable',
        reason: 'audit_unavailable',
      }),
    ],
  ])
  await expect(audit.commit(record)).resolves.toBeUndefined()
})

test('of a change that was made and is not on record it is said that it was made', async () => {
  append.mockRejectedValueOnce(down)
  await expect(audit.commit({ ...record, kind: 'management' })).rejects.toThrow('was made')
})

test('an offer neither waits nor throws, whatever becomes of it', async () => {
  const gate = Promise.withResolvers<void>()
  append.mockImplementationOnce(() => gate.promise)
  expect(audit.offer({ ...record, outcome: 'refused' })).toBeUndefined()
  expect(line).toHaveBeenCalledOnce()
  gate.reject(down)
  await vi.waitFor(() => expect(onOverflow.mock.calls).toEqual([[1]]))
  append.mockImplementationOnce(() => {
    throw down
  })
  expect(() => audit.offer(record)).not.toThrow()
  await vi.waitFor(() => expect(onOverflow).toHaveBeenLastCalledWith(2))
})

test('no more than a thousand offers wait; the rest is counted, and each has its line', async () => {
  const gate = Promise.withResolvers<void>()
  append.mockImplementation(() => gate.promise)
  for (let count = 0; count < 1003; count++) audit.offer(record)
  expect(onOverflow.mock.calls).toEqual([[1], [2], [3]])
  expect(line).toHaveBeenCalledTimes(1003)
  gate.resolve()
  await vi.waitFor(() => expect(rowsWritten()).toHaveLength(1000))
  await vi.waitFor(() => {
    audit.offer(record)
    expect(rowsWritten().length).toBeGreaterThan(1000)
  })
})

test('while offers fill their bound, a commit still gets through', async () => {
  const gate = Promise.withResolvers<void>()
  append.mockImplementation(() => gate.promise)
  for (let count = 0; count < 1100; count++) audit.offer(record)
  const commit = audit.commit({ ...record, correlationId: 'committed' })
  gate.resolve()
  await commit
  expect(rowsWritten().map(({ correlationId }) => correlationId)).toContain('committed')
})

test('one write holds at most a hundred records of one partition, each with an id of its own', async () => {
  const all = Array.from({ length: 150 }, (_, index) => {
    if (index === 120) now += 3600_000
    return audit.commit(record)
  })
  await Promise.all(all)
  for (const [partition, records] of append.mock.calls) {
    expect(records.length).toBeLessThanOrEqual(100)
    for (const { at } of records) {
      expect(partition.slice(0, -2)).toBe(auditPartition(at, 0).slice(0, -2))
    }
  }
  expect(new Set(rowsWritten().map(({ id }) => id)).size).toBe(150)
  expect(append.mock.calls.length).toBeLessThan(6)
})

test('an instance keeps to one of the shards', async () => {
  for (let count = 0; count < 20; count++) await audit.commit(record)
  const partitions = new Set(append.mock.calls.map(([partition]) => partition))
  expect(partitions.size).toBe(1)
  expect([...partitions][0]).toMatch(/^2026030112-[0-9a-f]$/)
})

test('a partition is an hour in UTC and a shard', () => {
  expect(auditShards).toBe(16)
  expect(auditPartition(noon, 3)).toBe('2026030112-3')
  expect(auditPartition(noon, 15)).toBe('2026030112-f')
  expect(auditPartition(Date.parse('2026-12-31T23:59:59.999Z'), 0)).toBe('2026123123-0')
})
