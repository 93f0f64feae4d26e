import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalStorage } from '../../local/storage/storage.ts'
import { storageFixture } from './storage-fixture.ts'

let fixture: Awaited<ReturnType<typeof storageFixture>>
let storage: LocalStorage

beforeAll(async () => {
  fixture = await storageFixture()
  storage = await fixture.start()
})
afterAll(async () => {
  await storage.close()
  fixture.remove()
})

const ask = async (method: string, path: string, body?: string) =>
  fetch(`${storage.queues}/${path}`, {
    method,
    headers: { authorization: await fixture.authorization(), 'x-ms-version': '2025-11-05' },
    ...(body !== undefined && { body }),
  })

test('a message is sent, received and deleted through the door', async () => {
  expect((await ask('PUT', 'rotation')).status).toBe(201)
  const message = '<QueueMessage><MessageText>Z3LDtsOfZQ==</MessageText></QueueMessage>'
  expect((await ask('POST', 'rotation/messages', message)).status).toBe(201)
  const received = await ask('GET', 'rotation/messages?numofmessages=1&visibilitytimeout=30')
  const text = await received.text()
  expect(text).toContain('<MessageText>Z3LDtsOfZQ==</MessageText>')
  const id = /<MessageId>([^<]+)/.exec(text)?.[1] ?? ''
  const receipt = encodeURIComponent(/<PopReceipt>([^<]+)/.exec(text)?.[1] ?? '')
  const deleted = await ask('DELETE', `rotation/messages/${id}?popreceipt=${receipt}`)
  expect(deleted.status).toBe(204)
})

test('properties, which come in headers only, pass the door', async () => {
  await ask('PUT', 'counted')
  await ask(
    'POST',
    'counted/messages',
    '<QueueMessage><MessageText>eA==</MessageText></QueueMessage>',
  )
  const head = await ask('HEAD', 'counted?comp=metadata')
  expect(head.status).toBe(200)
  expect(head.headers.get('x-ms-approximate-messages-count')).toBe('1')
})

test('a request without a token is refused', async () => {
  const response = await fetch(`${storage.queues}/rotation/messages`)
  expect([401, 403]).toContain(response.status)
})

test('a fault strikes the queue it names, and the record tells which was asked', async () => {
  await ask('PUT', 'struck')
  storage.queuesPart.addFault({ match: { queue: 'struck' }, status: 500, times: 1 })
  expect((await ask('GET', 'struck/messages')).status).toBe(500)
  expect((await ask('GET', 'struck/messages')).status).toBe(200)
  const own = storage.queuesPart.requests().filter(({ queue }) => queue === 'struck')
  expect(own.map(({ status }) => status)).toEqual([201, 500, 200])
})
