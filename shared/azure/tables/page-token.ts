import * as z from 'zod'
import { BrokerError } from '../../broker/broker-error.ts'

const continuation = z.object({ nextPartitionKey: z.string(), nextRowKey: z.string().optional() })

/** The SDK's continuation token (base64 of JSON) in the alphabet of URLs. */
export const toPageToken = (sdkToken: string): string =>
  Buffer.from(sdkToken, 'base64').toString('base64url')

/** The SDK's continuation token again; throws `request_malformed`, since it came from a caller. */
export const fromPageToken = (after: string): string => {
  const bytes = Buffer.from(after, 'base64url')
  try {
    continuation.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    throw new BrokerError('request_malformed', 'the page token is not one that a list returned', {
      reason: 'page_token',
    })
  }
  return bytes.toString('base64')
}
