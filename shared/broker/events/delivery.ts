import type { BrokerEvent } from '../broker-event.ts'
import type { FailedFacts } from './failed-message.ts'
import { retryDelayMs, type RetrySchedule } from './retry-schedule.ts'
import { findWebhook, type Webhook } from './webhooks.ts'

/** One event on its way to one webhook, as it waits in the queue. */
export type Delivery = {
  v: 1
  /** Key of the webhook. */
  webhook: string
  host: string
  /** From 1. */
  attempt: number
  event: BrokerEvent
}

/** What waits in the queue `events`: an event for all webhooks, or for one of them. */
export type EventMessage = BrokerEvent | Delivery

/** What became of one attempt; `reason` is a code. */
export type Attempted =
  | 'delivered'
  | { reason: string; retryAfterMs?: number; /** Never to be sent again. */ isGone?: true }

/** Sends one event to one webhook, signed; every failure is a value. */
export type PostEvent = (webhook: Webhook, event: BrokerEvent) => Promise<Attempted>

/** Told of each attempt, and of an event that nobody wants to be told. */
export type ReportDelivery = (outcome: string, delivery: Delivery | BrokerEvent) => void

export type DeliveryPorts = {
  webhooks: readonly Webhook[]
  post: PostEvent
  /** Puts a message into the queue `events`, to be seen after `delayMs`. */
  send: (message: EventMessage, delayMs?: number) => Promise<void>
  keepFailed: (facts: FailedFacts) => Promise<void>
  report: ReportDelivery
  schedule: RetrySchedule
}

/**
 * Handles one message of the queue `events`. An event becomes one message for each webhook, so that
 * a receiver that fails makes no other one get it twice; a failed attempt becomes a new message.
 */
export const handleEvent = (ports: DeliveryPorts, message: EventMessage): Promise<void> =>
  'webhook' in message ? deliver(ports, message) : fanOut(ports, message)

const fanOut = async ({ webhooks, send, report }: DeliveryPorts, event: BrokerEvent) => {
  if (webhooks.length === 0) return report('dropped', event)
  await Promise.all(
    webhooks.map(({ key, host }) => send({ v: 1, webhook: key, host, attempt: 1, event })),
  )
}

const deliver = async (ports: DeliveryPorts, delivery: Delivery): Promise<void> => {
  const { webhooks, post, send, report, schedule } = ports
  const webhook = findWebhook(webhooks, delivery)
  if (!webhook) return giveUp(ports, delivery, 'webhook_removed')
  const attempted = await post(webhook, delivery.event)
  if (attempted === 'delivered') return report('delivered', delivery)
  report(attempted.reason, delivery)
  const delayMs = attempted.isGone ? undefined : retryDelayMs(schedule, delivery.attempt, attempted)
  if (delayMs === undefined) return giveUp(ports, delivery, attempted.reason)
  await send({ ...delivery, attempt: delivery.attempt + 1 }, delayMs)
}

// Kept as it is to be replayed: from the first attempt on.
const giveUp = (ports: DeliveryPorts, delivery: Delivery, reason: string): Promise<void> =>
  ports.keepFailed({
    queue: 'events',
    body: JSON.stringify({ ...delivery, attempt: 1 }),
    host: delivery.host,
    attempts: delivery.attempt,
    reason,
  })
