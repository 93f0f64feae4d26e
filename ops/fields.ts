import * as z from 'zod'
import { wronglyTyped } from './failure.ts'

/** What was typed, as the schema wants it; throws a `Failure` that names each flag at fault. */
export const typed = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${path.join(' ')} ${message}`)
  throw wronglyTyped(problems.map((problem) => problem.trim()).join('; '))
}

const missing = (what: string) => ({ error: what })

export const tenant = z
  .guid(missing('must be a tenant id (GUID)'))
  .transform((text) => text.toLowerCase())

/** `{tenant}/{clientId}` */
export const caller = z
  .string(missing('must be {tenant}/{clientId}'))
  .regex(/^[0-9a-f-]{36}\/[0-9a-f-]{36}$/i, missing('must be {tenant}/{clientId}'))
  .transform((text) => text.toLowerCase())

const shortNames: Record<string, string> = {
  'partner-center': 'https://api.partnercenter.microsoft.com',
  graph: 'https://graph.microsoft.com',
  arm: 'https://management.azure.com',
}

/** A resource address, or `partner-center`, `graph`, `arm`. */
export const audience = z
  .string(missing('must be an audience: partner-center, graph, arm or a resource address'))
  .transform((text) => shortNames[text.toLowerCase()] ?? text)

/** Comma-separated. */
export const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''))

export const name = z
  .string(missing('must be a name'))
  .regex(/^[a-z0-9-]{1,60}$/, missing('must be 1 to 60 of [a-z0-9-]'))

export const reason = z
  .string(missing('must say why: it goes on record'))
  .trim()
  .min(1, missing('must say why: it goes on record'))

export const count = z.coerce
  .number(missing('must be a number'))
  .int(missing('must be a whole number'))
  .min(1, missing('must be at least 1'))

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A moment as ISO 8601 text; also a day, or a time ago such as `90m`, `36h`, `7d`. */
export const moment = z.string().transform((text, context) => {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const time =
    amount === undefined ? Date.parse(text) : Date.now() - Number(amount) * (units[unit ?? ''] ?? 0)
  if (!Number.isNaN(time) && (amount !== undefined || /^\d{4}-\d\d-\d\d/.test(text))) {
    return new Date(time).toISOString()
  }
  context.addIssue({
    code: 'custom',
    message: 'must be a time such as 2027-01-31T12:00Z, or ago: 90m, 36h, 7d',
  })
  return z.NEVER
})

type Given = { words: readonly string[]; flags: Readonly<Record<string, unknown>> }

/** The words of a call by these names and its flags by theirs, such as `--reason`, checked. */
export const given = <T>(call: Given, names: readonly string[], schema: z.ZodType<T>): T => {
  const { words, flags } = call
  const extra = words.slice(names.length)
  if (extra.length > 0) throw wronglyTyped(`too many words: ${extra.join(' ')}`)
  return typed(schema, {
    ...Object.fromEntries(names.map((one, index) => [`<${one}>`, words[index]])),
    ...Object.fromEntries(Object.entries(flags).map(([flag, value]) => [`--${flag}`, value])),
  })
}
