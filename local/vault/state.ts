import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'

const attributes = {
  version: z.string(),
  enabled: z.boolean(),
  /** Epoch seconds, as all times of Key Vault. */
  created: z.int(),
  updated: z.int(),
  nbf: z.int().optional(),
  exp: z.int().optional(),
  tags: z.record(z.string(), z.string()).optional(),
}
const secretVersionSchema = z.object({
  ...attributes,
  value: z.string(),
  contentType: z.string().optional(),
})
const keyVersionSchema = z.object({
  ...attributes,
  keyOps: z.array(z.string()),
  jwk: z.record(z.string(), z.string()),
})
const secretSchema = z.object({
  name: z.string(),
  /** Oldest first. */
  versions: z.array(secretVersionSchema),
  deletedAt: z.int().optional(),
})
const keySchema = z.object({ name: z.string(), versions: z.array(keyVersionSchema) })
const stateSchema = z.object({
  v: z.literal(1),
  secrets: z.array(secretSchema),
  keys: z.array(keySchema),
})

/** What every version of a secret or a key has. */
export type Versioned = Omit<SecretVersion, 'value' | 'contentType'>
export type SecretVersion = z.infer<typeof secretVersionSchema>
export type KeyVersion = z.infer<typeof keyVersionSchema>
export type StoredSecret = z.infer<typeof secretSchema>
export type StoredKey = z.infer<typeof keySchema>

export type VaultState = {
  /** By lower-case name: Key Vault ignores case in names. */
  secrets: Map<string, StoredSecret>
  keys: Map<string, StoredKey>
  /** Resolves when everything changed so far is on the disk. */
  save: () => Promise<void>
}

/** Opens the vault's file; one that cannot be read is moved aside, which `say` reports in a line. */
export const openState = (file: string, say: (line: string) => void): VaultState => {
  mkdirSync(dirname(file), { recursive: true })
  const stored = readState(file, say)
  const secrets = new Map(stored.secrets.map((one) => [one.name.toLowerCase(), one]))
  const keys = new Map(stored.keys.map((one) => [one.name.toLowerCase(), one]))
  const snapshot = () =>
    JSON.stringify({ v: 1, secrets: [...secrets.values()], keys: [...keys.values()] })
  return { secrets, keys, save: groupCommit(() => writeAtomically(file, snapshot())) }
}

const readState = (file: string, say: (line: string) => void): z.infer<typeof stateSchema> => {
  const empty = { v: 1 as const, secrets: [], keys: [] }
  if (!existsSync(file)) return empty
  try {
    chmodSync(file, 0o600)
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    const aside = `${file}.broken-${Date.now()}`
    renameSync(file, aside)
    say(`local Key Vault: ${file} was unreadable; moved it to ${aside} and began an empty vault`)
    return empty
  }
}

const writeAtomically = async (file: string, text: string): Promise<void> => {
  const next = `${file}.new`
  await writeFile(next, text, { mode: 0o600 })
  await rename(next, file)
}

/** One write at a time; all who ask while one runs share the next. */
const groupCommit = (write: () => Promise<void>): (() => Promise<void>) => {
  let last: Promise<unknown> = Promise.resolve()
  let waiting: Promise<void> | undefined
  return () => {
    waiting ??= last.then(() => {
      waiting = undefined
      const written = write()
      last = written.catch(() => undefined)
      return written
    })
    return waiting
  }
}
