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
