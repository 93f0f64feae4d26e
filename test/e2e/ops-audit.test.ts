import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { expect, inject, it } from 'vitest'
import { jsonOf, listedSchema, stackOps } from './support/stack-ops.ts'
import { tableOf } from './support/stored-rows.ts'

const stack = inject('stack')
const ops = stackOps(stack)

// Long before anything that the stack records.
const oldDay = Date.parse('2020-03-01T10:00:00Z')
const minuteMs = 60_000

const record = (at: number) => ({
  partitionKey: `${new Date(at).toISOString().slice(0, 13).replaceAll(/\D/g, '')}-3`,
  rowKey: `${String(at).padStart(15, '0')}-${randomUUID()}`,
  v: 1,
})

const managerOf = ({ callers }: typeof stack) => {
  const manager = callers.find(({ roles }) => roles.includes('Broker.Manage'))
  if (!manager) throw new Error('the stack has no caller that may manage')
  return manager
}

const oldRecords = async (): Promise<number> => {
  const queryOptions = { filter: "PartitionKey lt '2021'" }
  const pages = tableOf(stack, 'audit').listEntities({ queryOptions }).byPage()
  let count = 0
  for await (const page of pages) count += page.length
  return count
}

it('shows who changed what, by correlation id', async () => {
  const set = ['lockdown', 'set', 'partner', randomUUID(), '--reason', 'odd', '--yes', '--json']
  const { name } = jsonOf(await ops(set), z.object({ name: z.string() }))
  await ops(['lockdown', 'lift', name])
  const { tenant, clientId } = managerOf(stack)
  // The stack is shared: other files record thousands of refusals a minute.
  const search = ['audit', '--from', '1m', '--caller', `${tenant}/${clientId}`, '--most', '50000']
  const listed = jsonOf(await ops([...search, '--json']), listedSchema)
  const changes = listed.value.filter(({ target }) => target === name)
  expect(changes).toMatchObject([
    { kind: 'management', action: 'PUT /manage/lockdowns/{name}', outcome: 'done' },
    { kind: 'management', action: 'DELETE /manage/lockdowns/{name}', outcome: 'done' },
  ])
  const correlation = z.string().parse(changes[0]?.['correlationId'])
  const { stdout } = await ops(['audit', '--correlation', correlation])
  expect(stdout.trim().split('\n')).toHaveLength(2)
})

it('says when there are more records than were asked for', async () => {
  await ops(['lockdown', 'list'])
  const { stderr, stdout } = await ops(['audit', '--from', '1h', '--most', '1'])
  expect(stderr).toContain('There is more: these are the first 1.')
  expect(stdout.trim().split('\n')).toHaveLength(2)
})

it('purges records from before a moment to the millisecond, and only when the answer is yes', async () => {
  const table = tableOf(stack, 'audit')
  const many = Array.from({ length: 130 }, (_, index) => record(oldDay + index))
  const kept = record(oldDay + minuteMs)
  for (const row of [...many, kept]) await table.createEntity(row)
  const before = new Date(oldDay + minuteMs).toISOString()
  const purge = ['audit', 'purge', '--before', before]
  const unasked = await ops(purge)
  expect(unasked.stderr).toMatch(/^Signed in as .*\. Table: audit at https:/)
  expect(unasked.stderr).toContain('Delete 130 audit records')
  expect(unasked.code).toBe(1)
  expect((await ops(purge, 'no\n')).code).toBe(1)
  expect(await oldRecords()).toBe(131)
  const done = await ops([...purge, '--json'], 'yes\n')
  expect(jsonOf(done, z.unknown())).toEqual({ deleted: 130 })
  expect(await oldRecords()).toBe(1)
  expect((await ops(['audit', 'purge', '--before', '2021-01-01', '--yes'])).code).toBe(0)
  expect(await oldRecords()).toBe(0)
})
