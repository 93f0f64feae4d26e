import type { HttpRequest } from '@azure/functions'
import { clientAddress } from '../broker/network.ts'

/** The address of who asks, by the last trusted hop; nothing when it cannot be told. */
export const addressOf = (
  { headers }: Pick<HttpRequest, 'headers'>,
  trustedProxies: number,
): { address?: string } => {
  const address = clientAddress(headers.get('x-forwarded-for'), trustedProxies)
  return address === undefined ? {} : { address }
}
