import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import { certificatesIn, type Certificates } from '../../../local/kit/certificates.ts'
import { startStack, type Stack } from '../../../local/stack/start-stack.ts'
import { startReceiver, type Receiver } from './event-receiver.ts'
import { senderAsBroker } from './queue-as-broker.ts'

/** Part of the path of every webhook: what no log, list or answer may show. */
export const hookSecret = `hook-${randomBytes(16).toString('hex')}`

export type EventsStack = Stack & {
  stateFolder: string
  certificates: Certificates
  first: Receiver
  second: Receiver
  /** Values of the two vault secrets that sign. */
  secrets: { older: string; newer: string }
  send: (event: BrokerEvent) => Promise<void>
  sendTo: (queueName: string, message: object) => Promise<void>
  /** What the brokers have logged so far. */
  logs: () => string
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** A stack of the file's own whose broker tells two receivers, `further` webhooks beside them. */
export const eventsStack = async (
  further: (certificates: Certificates) => Promise<string[]> = async () => [],
  secrets = { older: newSecret(), newer: newSecret() },
): Promise<EventsStack> => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'stack-events-'))
  const certificates = await certificatesIn(stateFolder)
  const [first, second] = await Promise.all([
    startReceiver(certificates),
    startReceiver(certificates),
  ])
  const own = [first, second].map(({ origin }) => `${origin}/${hookSecret}?key=${hookSecret}`)
  const stack = await startStack({
    stateFolder,
    portBase: 0,
    brokerSettings: {
      EVENT_WEBHOOKS: [...own, ...(await further(certificates))].join(', '),
      EVENT_SECRET_NAMES: 'event-signing-newer,event-signing-absent,event-signing-older',
      EVENT_RETRY_SECONDS: '1,1',
    },
  })
  await stack.parts.vault.putSecret('event-signing-older', secrets.older)
  await stack.parts.vault.putSecret('event-signing-newer', secrets.newer)
  const sendTo = senderAsBroker(stack)
  return {
    ...stack,
    stateFolder,
    certificates,
    first,
    second,
    secrets,
    sendTo,
    send: (event) => sendTo('events', event),
    logs: () =>
      readdirSync(join(stateFolder, 'logs'))
        .map((file) => readFileSync(join(stateFolder, 'logs', file), 'utf8'))
        .join('\n'),
    stop: async () => {
      await Promise.all([first.close(), second.close()])
      await stack.stop()
      rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
