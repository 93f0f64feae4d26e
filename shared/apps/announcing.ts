import { readEventMessage } from '../azure/event-message.ts'
import { log } from '../azure/log.ts'
import type { SendMessage } from '../azure/queue.ts'
import { fixedSigner, vaultSigners, type Signers } from '../azure/signing-secrets.ts'
import { webhookDoor } from '../azure/webhook.ts'
import { cloudEvent, type Announcer } from '../broker/events/cloud-event.ts'
import { handleEvent, type DeliveryPorts } from '../broker/events/delivery.ts'
import {
  keepFailed,
  keepPoison,
  replayFailed,
  type FailedFacts,
  type FailedMessage,
  type FailedQueue,
} from '../broker/events/failed-message.ts'
import { defaultRetrySeconds } from '../broker/events/retry-schedule.ts'
import { webhooksAt } from '../broker/events/webhooks.ts'
import type { Metrics } from '../broker/metrics.ts'
import type { Rows } from '../broker/rows.ts'
import type { BrokerConfig } from '../config.ts'
import { alarm, deliveryLine } from './log-lines.ts'

type AnnouncingPorts = {
  failed: Rows<FailedMessage>
  queues: Record<'shards' | 'partners' | 'events' | 'usage', SendMessage>
  readSecret: (name: string) => Promise<string | undefined>
  metrics: Metrics
  now: () => number
}

/** What becomes of events and of messages that failed. */
export const announcing = (config: BrokerConfig, ports: AnnouncingPorts) => {
  const keep = keeping(ports)
  const delivery = deliveryPorts(config, { ...ports, keep })
  const keepMalformed = (queue: FailedQueue, message: unknown): Promise<void> =>
    keep({ queue, body: textOf(message), attempts: 1, reason: 'malformed' })
  return {
    /** One message of the queue `events`. */
    handleEvent: async (message: unknown): Promise<void> => {
      const known = readEventMessage(message)
      if (known) return handleEvent(delivery, known)
      await keepMalformed('events', message)
    },
    /** What is no message of its queue: trying again would change nothing. */
    keepMalformed,
    /** A message that the host gave up. */
    keepPoison:
      (queue: FailedQueue) =>
      (message: unknown): Promise<void> =>
        keepPoison(
          { keep, sendBack: sendingBack(ports, queue) },
          { queue, body: textOf(message), attempts: hostTries, reason: 'poison' },
          message,
        ),
  }
}

export type Announcing = ReturnType<typeof announcing>

/** Puts a message that failed back into its queue. */
export const replaying =
  ({ failed, queues }: Pick<AnnouncingPorts, 'failed' | 'queues'>) =>
  (id: string) =>
    replayFailed({ failed, senders: sendersOf(queues) }, id)

const sendersOf = (queues: AnnouncingPorts['queues']): Record<FailedQueue, SendMessage> => ({
  'rotation-shards': queues.shards,
  'rotation-partners': queues.partners,
  events: queues.events,
  usage: queues.usage,
})

const sendingBack =
  ({ queues }: Pick<AnnouncingPorts, 'queues'>, queue: FailedQueue): SendMessage =>
  async (message, delayMs) => {
    await sendersOf(queues)[queue](message, delayMs)
    log('warning', 'poison_sent_back', { queue })
  }

// `maxDequeueCount` of host.json.
const hostTries = 5

const keeping =
  ({ failed, metrics, now }: AnnouncingPorts) =>
  (facts: FailedFacts): Promise<void> =>
    keepFailed({ failed, now, onKept }, facts).then(() =>
      metrics('message_failed', 1, { queue: facts.queue }),
    )

const onKept = ({ id, queue, reason, attempts, host = '' }: FailedMessage): void =>
  alarm('message_failed', { id, queue, reason, attempts, host })

type Keeping = AnnouncingPorts & { keep: DeliveryPorts['keepFailed'] }

const deliveryPorts = (config: BrokerConfig, ports: Keeping): DeliveryPorts => {
  const { metrics, now, keep } = ports
  const announcer: Announcer = {
    brokerUrl: config.BROKER_URL,
    onboardingUrl: config.ONBOARDING_URL,
    operator: { name: config.OPERATOR_NAME, contact: config.OPERATOR_CONTACT },
  }
  const seconds = config.EVENT_RETRY_SECONDS ?? defaultRetrySeconds
  return {
    webhooks: webhooksAt(config.EVENT_WEBHOOKS),
    post: webhookDoor({
      envelope: (event) => cloudEvent(announcer, event),
      signers: signersOf(config, ports),
      now,
    }),
    send: ports.queues.events,
    keepFailed: keep,
    report: (outcome, message) => {
      deliveryLine(outcome, message)
      metrics('event_delivered', outcome === 'delivered' ? 1 : 0)
    },
    schedule: { delaysMs: seconds.map((one) => one * 1000), random: Math.random },
  }
}

const onUnusable = (name: string) => log('error', 'event_secret_unusable', { name })

const signersOf = (
  { EVENT_SECRET: value, EVENT_SECRET_NAMES: names = [] }: BrokerConfig,
  { readSecret, now }: AnnouncingPorts,
): Signers => {
  return value === undefined
    ? vaultSigners({ names, readSecret, onUnusable, now })
    : fixedSigner(value)
}

const textOf = (message: unknown): string =>
  typeof message === 'string' ? message : JSON.stringify(message)
