import * as z from 'zod'
import { findAudience } from '../../broker/audience.ts'
import { parseNetwork } from '../../broker/network.ts'
import { isPurpose } from '../../broker/authority.ts'
import { parseGuid } from '../../broker/tenant-id.ts'

/** A tenant or application id, in the one spelling used for keys. */
export const guid = z.guid({ error: 'must be a GUID' }).toLowerCase()

/** An application in a tenant: `{tenant}/{clientId}`. */
export const callerId = z
  .string()
  .transform((text) => text.split('/').map(parseGuid))
  .refine((ids) => ids.length === 2 && !ids.includes(undefined), {
    error: 'must be {tenant}/{clientId}, both GUIDs',
  })
  .transform((ids) => ids.join('/'))

/** The id of one request, as its answer said it. */
export const correlationId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'must be a correlation id' })

/** A resource address that the broker issues for, in its one spelling. */
export const audience = z
  .string()
  .transform((text) => findAudience(text)?.resource)
  .pipe(z.string({ error: 'is not an audience that this broker issues for' }))

export const audienceList = z.array(audience).min(1).max(10).transform(unique)

export const purpose = z
  .string()
  .refine(isPurpose, { error: 'must be 1 to 40 of [a-z0-9-] and not a GUID' })

/** A network in CIDR notation, IPv4 or IPv6. */
export const network = z.string().refine((text) => parseNetwork(text) !== undefined, {
  error: 'must be a network in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/48',
})

// Shown on pages and in messages: one line, no control characters.
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, { error: 'must be one line without control characters' })

export const days = z.int().min(1).max(3650)

/** ISO 8601 with an offset or Z, as milliseconds since the epoch. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time such as 2027-01-31T12:00:00Z' })
  .transform((text) => Date.parse(text))

function unique(values: string[]): string[] {
  return [...new Set(values)]
}
