import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenOnFreePort } from '../../local/kit/ports.ts'
import type { LocalStorage } from '../../local/storage/storage.ts'
import { createAppBench, type Started } from './fixtures/functions-host/app.ts'
import { storageFixture } from './storage-fixture.ts'

const bench = createAppBench()
const clientId = '6f9619ff-8b86-4011-b42d-00cf4fc964ff'
const source = `
app.storageQueue('jobs', { queueName: 'jobs', connection: 'Jobs', handler: (message, context) => {
  if (message.fails) throw new Error('attempt ' + context.triggerMetadata.dequeueCount)
  context.log('done ' + JSON.stringify(message))
} })`
const queues = { maxDequeueCount: 2, maxPollingInterval: '00:00:00.200' }
const hostJson = { extensions: { http: { routePrefix: '' }, queues } }

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a queue function on Azurite, by the managed identity of the app', () => {
  let fixture: Awaited<ReturnType<typeof storageFixture>>
  let storage: LocalStorage
  let host: Started
  const askedIdentities: (string | null)[] = []
  const identityToken = async (url: URL) => {
    const resource = url.searchParams.get('resource') ?? ''
    askedIdentities.push(url.searchParams.get('client_id'))
    const token = (await fixture.authorization(resource)).replace('Bearer ', '')
    const expires = String(Math.floor(Date.now() / 1000) + 3600)
    return { access_token: token, expires_on: expires, resource, token_type: 'Bearer' }
  }
  const identity = createServer((incoming, outgoing) => {
    void identityToken(new URL(incoming.url ?? '/', 'http://127.0.0.1')).then((body) =>
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })

  beforeAll(async () => {
    fixture = await storageFixture()
    storage = await fixture.start()
    const port = await listenOnFreePort(identity, 0)
    const env = {
      NODE_EXTRA_CA_CERTS: fixture.certFiles.caFile,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: 'header',
      Jobs__queueServiceUri: storage.queues,
      Jobs__clientId: clientId,
    }
    host = await bench.start({ source, hostJson }, env)
  })
  afterAll(async () => {
    await bench.clean()
    await storage.close()
    identity.close()
    fixture.remove()
  })

  const ask = async (method: string, path: string, text?: string) => {
    const response = await fetch(`${storage.queues}/${path}`, {
      method,
      headers: { authorization: await fixture.authorization(), 'x-ms-version': '2025-11-05' },
      ...(text && {
        body: `<QueueMessage><MessageText>${base64(text)}</MessageText></QueueMessage>`,
      }),
    })
    return { status: response.status, text: await response.text() }
  }

  const statuses = () => storage.queuesPart.requests().map(({ status }) => status)

  it('waits for a queue that does not exist yet, then gets its messages and removes them', async () => {
    await expect.poll(statuses, { timeout: 10_000 }).toContain(404)
    await ask('PUT', 'jobs')
    await ask('POST', 'jobs/messages', '{"grant":7}')
    expect(await host.line('done')).toBe('information jobs done {"grant":7}')
    const count = async () => (await ask('GET', 'jobs/messages?peekonly=true')).text
    await expect.poll(count).not.toContain('<MessageText>')
    expect(new Set(askedIdentities)).toEqual(new Set([clientId]))
  })

  it('moves a message to the poison queue, made for it, after the last attempt', async () => {
    await ask('POST', 'jobs/messages', '{"fails":true}')
    await host.line('attempt 2')
    const poisoned = async () => (await ask('GET', 'jobs-poison/messages?peekonly=true')).text
    await expect.poll(poisoned, { timeout: 10_000 }).toContain(base64('{"fails":true}'))
    expect(host.lines.filter((line) => line.includes('Error: attempt'))).toHaveLength(2)
  })

  it('cannot start without the address of its queue service', async () => {
    await expect(bench.start({ source })).rejects.toThrow(/Jobs__queueServiceUri is missing/)
  })
})
