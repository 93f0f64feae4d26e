import { createHash } from 'node:crypto'

/** A receiver of events. */
export type Webhook = {
  /** Names the webhook in messages and rows, where its address, which may hold a secret, must not be. */
  key: string
  /** For logs and lists; with its port. */
  host: string
  /** Whole; never logged. */
  address: string
}

/** The webhooks at these addresses. */
export const webhooksAt = (addresses: readonly string[]): Webhook[] =>
  [...new Set(addresses)].map((address) => ({
    key: createHash('sha256').update(address).digest('hex').slice(0, 16),
    host: new URL(address).host,
    address,
  }))

/**
 * The webhook that a delivery is for. When its address has changed it is the only one left at the
 * same host: what waits must not be lost with a path that was exchanged.
 */
export const findWebhook = (
  webhooks: readonly Webhook[],
  { webhook, host }: { webhook: string; host: string },
): Webhook | undefined => {
  const same = webhooks.find(({ key }) => key === webhook)
  const [first, ...others] = webhooks.filter((one) => one.host === host)
  return same ?? (others.length === 0 ? first : undefined)
}
