import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type * as z from 'zod'

/** The contents of a state file; undefined when there is none or it cannot be read. */
export const readState = <T>(file: string, schema: z.ZodType<T>): T | undefined => {
  if (!existsSync(file)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    console.warn(`${file} cannot be read and is made anew`)
    return undefined
  }
}

/** Replaces a state file as a whole, readable by its owner only. */
export const writeState = (file: string, value: unknown): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(value, null, 1), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
