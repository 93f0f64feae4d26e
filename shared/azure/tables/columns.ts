import * as z from 'zod'

/** The columns of one row as the SDK gives and takes them. */
export type Columns = Record<string, unknown>

/** A time: ISO 8601 text in the table, for operators to read, milliseconds since the epoch in the value. */
export const instant = z.codec(z.iso.datetime(), z.int(), {
  decode: (text) => Date.parse(text),
  encode: (ms) => new Date(ms).toISOString(),
})

const jsonText = z.codec(z.string(), z.unknown(), {
  decode: (text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.issues.push({ code: 'invalid_format', format: 'json', input: text })
      return z.NEVER
    }
  },
  encode: (value) => JSON.stringify(value),
})

/** An array or object: JSON text in the table. */
export const json = <S extends z.ZodType>(schema: S) => jsonText.pipe(schema)

// The version written is this code's own, so that a reader knows who wrote last; columns of the
// next version stay in the row all the same.
/** The row's format: this version and the next one are read, any other is not understood. */
export const formatVersion = z.codec(z.int().min(1).max(2), z.literal(1), {
  decode: () => 1 as const,
  encode: () => 1,
})
