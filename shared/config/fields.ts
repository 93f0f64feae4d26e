import * as z from 'zod'

export const guid = z.guid().toLowerCase()
export const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .pipe(z.array(item))
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
export const count = z.coerce.number().int().min(1).max(1_000_000)
export const network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'must be addresses or networks in CIDR notation',
})
export const days = z.coerce.number().int().min(1).max(3650)

// What the queue can put off is a week.
export const seconds = list(z.string())
  .pipe(z.array(z.coerce.number<string>().int().min(1).max(604_800)))
  .refine((all) => all.length > 0, { error: 'must hold a number of seconds' })

export const vaultName = z.string().regex(/^[0-9A-Za-z-]{1,127}$/)

// Of PEM only the certificates count; a line break may be written as \n, as one-line settings need.
const pemCertificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
export const certificates = z
  .string()
  .transform((text) => text.replaceAll('\\n', '\n'))
  .transform((text): string[] => text.match(pemCertificate) ?? [])
  .refine((found) => found.length > 0, { error: 'must hold a certificate in PEM' })

// An address is a base: https, no query, no trailing slash, so that joining is plain.
export const address = z
  .url({ protocol: /^https$/, error: 'must be an https:// address' })
  .regex(/^[^?#@\\\s]*$/, { error: 'must be an https:// address without account and query' })
  .transform((text) => text.replace(/\/+$/, ''))

// A webhook is whole: its path and query may hold a secret of the receiver's.
export const webhook = z
  .url({ protocol: /^https$/, error: 'must be an https:// address' })
  .regex(/^https:\/\/[^/?#@\\\s]+(?:[/?][^#\\\s]*)?$/i, {
    error: 'must be an https:// address without account and fragment',
  })

// Standard Webhooks: 24 to 64 random bytes in base64.
export const signingSecret = z
  .string()
  .regex(
    /^(?:whsec_)?(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    { error: 'must be 24 to 64 bytes in base64, after whsec_' },
  )
