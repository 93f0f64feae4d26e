import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { BrokerEvent } from '../../shared/broker/broker-event.ts'
import { wireIdOf } from '../../shared/broker/events/cloud-event.ts'
import type { Certificates } from '../../local/kit/certificates.ts'
import { eventsStack, newSecret, type EventsStack } from './support/events-stack.ts'

// The receiver of docs/examples, as docs/events.md tells to run it, told by the real broker.

const secrets = { older: newSecret(), newer: newSecret() }
const lines: string[] = []
let receiver: ChildProcess
let port: string
let stack: EventsStack

const startExample = async ({ certFile, keyFile }: Certificates): Promise<string[]> => {
  receiver = spawn(process.execPath, ['docs/examples/event-receiver.mjs'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      TLS_CERT: certFile,
      TLS_KEY: keyFile,
      WEBHOOK_SECRETS: `${newSecret()},${secrets.older}`,
    },
  })
  if (!receiver.stdout) throw new Error('the example has no output')
  createInterface(receiver.stdout).on('line', (line) => lines.push(line))
  port = await vi.waitUntil(() => /^listening on (\d+)$/.exec(lines[0] ?? '')?.[1], waiting)
  return [`https://localhost:${port}/`]
}

const waiting = { timeout: 25_000, interval: 50 }

beforeAll(async () => {
  stack = await eventsStack(startExample, secrets)
}, 120_000)
afterAll(async () => {
  await stack.stop()
  if (receiver.exitCode !== null) return
  receiver.kill()
  await once(receiver, 'exit')
})

const event = (): BrokerEvent => ({
  v: 1,
  id: `grant.revoked:${randomUUID()}`,
  type: 'grant.revoked',
  at: Date.now(),
  partner: randomUUID(),
  contact: 'it@fabrikam.example',
})

const said = ({ id }: BrokerEvent) => lines.filter((line) => line.includes(wireIdOf({ id })))

it('verifies a delivery by the one secret of two that it knows, and says whom to mail', async () => {
  const one = event()
  await stack.send(one)
  await vi.waitUntil(() => said(one).length > 0, waiting)
  expect(JSON.parse(said(one)[0] ?? '')).toEqual({
    id: wireIdOf(one),
    type: 'grant.revoked',
    to: 'it@fabrikam.example',
    subject: 'Your consent for Contoso Marketplace B.V. has ended',
  })
})

it('takes an event that comes twice once', async () => {
  const [one, marker] = [event(), event()]
  await stack.send(one)
  await stack.send(one)
  await vi.waitUntil(() => deliveries(one) >= 2, waiting)
  await stack.send(marker)
  await vi.waitUntil(() => said(marker).length > 0 && said(one).length > 0, waiting)
  expect(said(one)).toHaveLength(1)
})

const deliveries = ({ id }: BrokerEvent): number =>
  stack
    .logs()
    .split('\n')
    .filter((line) =>
      ['"delivered"', wireIdOf({ id }), `localhost:${port}`].every((part) => line.includes(part)),
    ).length

const ask = (body: string, headers: Record<string, string>, method = 'POST') =>
  fetch(`https://localhost:${port}/`, { method, headers, ...(method === 'POST' && { body }) })

const signedBy = (secret: string, at: Date, body: string) => ({
  'webhook-id': 'x',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Webhook(secret).sign('x', at, body),
})

it('refuses what is unsigned, forged, changed or old', async () => {
  const body = JSON.stringify({ id: 'x', type: 't', data: { message: { subject: 's' } } })
  const now = new Date()
  const forgeries = [
    {},
    signedBy(newSecret(), now, body),
    signedBy(secrets.older, now, `${body} `),
    signedBy(secrets.older, new Date(now.getTime() - 6 * 60_000), body),
  ]
  for (const headers of forgeries) {
    expect((await ask(body, headers)).status).toBe(401)
  }
  expect((await ask(body, {}, 'GET')).status).toBe(405)
  expect(lines.filter((line) => line.includes('"x"'))).toEqual([])
  expect((await ask(body, signedBy(secrets.older, now, body))).status).toBe(204)
})
