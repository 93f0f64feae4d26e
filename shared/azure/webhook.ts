import type { Attempted, PostEvent } from '../broker/events/delivery.ts'
import { wireIdOf, type CloudEvent } from '../broker/events/cloud-event.ts'
import type { BrokerEvent } from '../broker/broker-event.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { Signers } from './signing-secrets.ts'
import { inTime } from './time-budget.ts'

export type WebhookDoor = {
  envelope: (event: BrokerEvent) => CloudEvent
  signers: Signers
  now: () => number
  timeoutMs?: number
}

const defaultTimeoutMs = 15_000

/**
 * Posts events to webhooks by the Standard Webhooks convention. Nothing is thrown: an address, which
 * may hold a secret, stands in the errors of `fetch`, so only a code leaves.
 */
export const webhookDoor = (door: WebhookDoor): PostEvent => {
  const { envelope, now, timeoutMs = defaultTimeoutMs } = door
  return async ({ address }, event) => {
    const body = JSON.stringify(envelope(event))
    const signed = await signedHeaders(door, { id: wireIdOf(event), body, at: new Date(now()) })
    if (!signed) return { reason: 'signing_secret' }
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', ...signed }
    try {
      return await inTime(timeoutMs, async (signal) => {
        // A redirect would take the event, and its signature, to whom nobody named.
        const options = { method: 'POST', redirect: 'manual', signal, headers, body } as const
        return await attemptedBy(await fetch(address, options))
      })
    } catch (thrown) {
      return { reason: reasonOf(thrown) }
    }
  }
}

type Signed = { id: string; body: string; at: Date }

const signedHeaders = async ({ signers }: WebhookDoor, { id, body, at }: Signed) => {
  try {
    const signatures = (await signers()).map((signer) => signer.sign(id, at, body))
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    }
  } catch {
    // The vault is away, or holds no secret: by the schedule, since either may be mended.
    return undefined
  }
}

const attemptedBy = async (response: Response): Promise<Attempted> => {
  await response.body?.cancel()
  if (response.ok) return 'delivered'
  const seconds = parseRetryAfter(response.headers.get('retry-after'))
  return {
    reason: `status_${response.status}`,
    ...(seconds !== undefined && { retryAfterMs: seconds * 1000 }),
    ...(response.status === 410 && { isGone: true as const }),
  }
}

// Codes of Node and OpenSSL, such as ECONNREFUSED or CERT_HAS_EXPIRED; nothing else is looked at.
const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return 'failed'
  if (thrown.name === 'TimeoutError') return 'timeout'
  const code: unknown = codeOf(thrown.cause) ?? codeOf(thrown)
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,50}$/.test(code) ? code : 'network'
}

const codeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'code' in value ? value.code : undefined
