import { join } from 'node:path'
import * as z from 'zod'
import type { Directory } from '../directory.ts'
import { stableGuid } from './accounts.ts'
import { readState, writeState } from './state-file.ts'

const guid = z.guid().toLowerCase()
const text = z.string().min(1)
const roles = z.array(z.string())

const partner = z.strictObject({ name: text, tenant: guid })
const customer = z.strictObject({ name: text, tenant: guid, partner: guid })
const caller = z.strictObject({
  name: text,
  tenant: guid,
  clientId: guid,
  clientSecret: text,
  roles,
})
const person = z.strictObject({
  name: text,
  username: text,
  objectId: guid,
  tenant: guid,
  guestIn: guid.exactOptional(),
  mfa: z.boolean(),
  admin: z.boolean(),
  agent: z.boolean(),
  roles: roles.exactOptional(),
})

const list = <T extends z.ZodType>(item: T) => z.array(item).default([])

/** A part of a directory: each entry changes the one with the same key, or adds one. */
export const changesSchema = z.strictObject({
  partners: list(partner.partial().required({ tenant: true })),
  customers: list(customer.partial().required({ tenant: true })),
  callers: list(caller.partial().required({ clientId: true })),
  people: list(person.partial().required({ username: true })),
})

export type DirectoryChanges = z.infer<typeof changesSchema>
type Population = Pick<Directory, 'partners' | 'customers' | 'callers' | 'people'>

const populationSchema = z.object({
  partners: z.array(partner.loose()),
  customers: z.array(customer.loose()),
  callers: z.array(caller.loose()),
  people: z.array(person.loose()),
})

/** Changes a directory in place; throws a ZodError, changing nothing, when an entry is incomplete. */
export const changeDirectory = (directory: Population, changes: DirectoryChanges): void => {
  const partners = merge(directory.partners, changes.partners, 'tenant')
  const customers = merge(directory.customers, changes.customers, 'tenant')
  const callers = merge(directory.callers, changes.callers.map(withRoles(directory)), 'clientId')
  const people = merge(directory.people, changes.people.map(withDefaults(directory)), 'username')
  Object.assign(directory, populationSchema.parse({ partners, customers, callers, people }))
}

/** The changes made so far, kept in `folder`, so that people added by a test survive a restart. */
export const directoryChangesIn = (folder: string, directory: Directory) => {
  const file = join(folder, 'directory.json')
  const kept = readState(file, z.array(changesSchema)) ?? []
  for (const changes of kept) replay(file, directory, changes)
  return (changes: DirectoryChanges): void => {
    changeDirectory(directory, changes)
    kept.push(changes)
    writeState(file, kept)
  }
}

// The directory may have changed since, so that an old change no longer makes a whole entry.
const replay = (file: string, directory: Directory, changes: DirectoryChanges): void => {
  try {
    changeDirectory(directory, changes)
  } catch {
    console.warn(`${file} holds a change that no longer fits; it is left out`)
  }
}

const withRoles =
  ({ callers }: Population) =>
  (change: DirectoryChanges['callers'][number]) =>
    callers.some((one) => one.clientId === change.clientId) ? change : { roles: [], ...change }

const withDefaults =
  ({ people }: Population) =>
  (change: DirectoryChanges['people'][number]) =>
    people.some((one) => one.username === change.username)
      ? change
      : {
          name: change.username,
          objectId: stableGuid(change.username),
          mfa: false,
          admin: false,
          agent: false,
          ...change,
        }

const merge = (
  existing: Record<string, unknown>[],
  changes: Record<string, unknown>[],
  key: string,
): Record<string, unknown>[] => {
  const merged = new Map(existing.map((one) => [one[key], one]))
  for (const change of changes) merged.set(change[key], { ...merged.get(change[key]), ...change })
  return [...merged.values()]
}
