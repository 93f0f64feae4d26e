import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Versioned } from './state.ts'

const maxTags = 15
export const recoverableDays = 90

/** What a request may say about a secret or a key: `attributes` and at most 15 tags. */
export const propertiesSchema = z.object({
  attributes: z.object({ enabled: z.boolean(), nbf: z.int(), exp: z.int() }).partial().optional(),
  tags: z
    .record(z.string().max(512), z.string().max(512))
    .refine((tags) => Object.keys(tags).length <= maxTags, `more than ${maxTags} tags`)
    .optional(),
})
export type Properties = z.infer<typeof propertiesSchema>

/** Times of Key Vault are whole seconds. */
export const epochSeconds = (): number => Math.floor(Date.now() / 1000)

/** What every new version of a secret or a key has. */
export const newVersion = ({ attributes, tags }: Properties): Versioned => ({
  version: randomBytes(16).toString('hex'),
  enabled: attributes?.enabled ?? true,
  created: epochSeconds(),
  updated: epochSeconds(),
  nbf: attributes?.nbf,
  exp: attributes?.exp,
  tags,
})

/** Changes what the request names and leaves the rest. */
export const updateProperties = (version: Versioned, { attributes, tags }: Properties): void => {
  Object.assign(version, attributes, tags && { tags }, { updated: epochSeconds() })
}

/** `attributes` as Key Vault answers them. */
export const attributesOf = ({ enabled, created, updated, nbf, exp }: Versioned) => ({
  enabled,
  created,
  updated,
  nbf,
  exp,
  recoveryLevel: 'Recoverable+Purgeable',
  recoverableDays,
})

/** The version that a request names, or the latest. */
export const pick = <Version extends { version: string }>(
  versions: Version[] | undefined,
  wanted: string,
): Version | undefined =>
  wanted ? versions?.find(({ version }) => version === wanted.toLowerCase()) : versions?.at(-1)
