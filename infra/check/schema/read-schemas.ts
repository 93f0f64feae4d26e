import { globSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Schema } from './schema.ts'

const property = z.object({ type: z.string(), required: z.literal(true).optional() })
const properties = z.record(z.string(), property)
const objectType = z.object({
  properties,
  others: z.string().optional(),
  by: z.string().optional(),
  kinds: z.array(properties).optional(),
})
const schema = z.object({
  source: z.string(),
  type: z.string(),
  apiVersion: z.string(),
  scopes: z.string(),
  body: objectType,
  types: z.record(z.string(), objectType),
})

/** Schemas by resource type, in small letters. */
export type Schemas = ReadonlyMap<string, Schema>

/** Reads the schemas that are kept beside the templates. */
export const readSchemas = (): Schemas => {
  const folder = new URL('../../schemas/', import.meta.url)
  const files = globSync('**/*.json', { cwd: folder })
  return new Map(
    files.map((file) => {
      const read: Schema = schema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
      return [read.type.toLowerCase(), read] as const
    }),
  )
}
