import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const named = { name: z.string(), tenant: z.string() }

const factsSchema = z.object({
  onboarding: z.string(),
  broker: z.string(),
  /** Further broker processes on the same store, when the stack was asked for them. */
  brokers: z.array(z.string()),
  entra: z.string(),
  vault: z.string(),
  apis: z.object({ partnerCenter: z.string(), graph: z.string(), arm: z.string() }),
  /** Connection string, for tests only: the product knows none. */
  storage: z.string(),
  /** Doors in front of Azurite, with the test controls at `/_local`. */
  tables: z.string(),
  queues: z.string(),
  /** Path of the certificate authority, from the folder that `npm start` ran in. */
  ca: z.string(),
  brokerAudience: z.string(),
  brokerTenant: z.string(),
  callers: z.array(
    z.object({
      ...named,
      clientId: z.string(),
      clientSecret: z.string(),
      roles: z.array(z.string()),
    }),
  ),
  partners: z.array(z.object(named)),
  customers: z.array(z.object({ ...named, partner: z.string() })),
  people: z.array(
    z.object({
      ...named,
      username: z.string(),
      mfa: z.boolean(),
      admin: z.boolean(),
      agent: z.boolean(),
      guestIn: z.string().exactOptional(),
    }),
  ),
})

/** What `.local/stack.json` tells of a running stack. */
export type StackFacts = z.output<typeof factsSchema>

const fileIn = (folder: string): string => join(folder, 'stack.json')

/** Writes the facts as a whole, readable by their owner only: they hold the callers' secrets. */
export const writeFacts = (folder: string, facts: StackFacts): void => {
  const text = `${JSON.stringify(factsSchema.parse(facts), undefined, 2)}\n`
  writeFileSync(`${fileIn(folder)}.tmp`, text, { mode: 0o600 })
  renameSync(`${fileIn(folder)}.tmp`, fileIn(folder))
}

/** Says that no stack runs any more. */
export const removeFacts = (folder: string): void => rmSync(fileIn(folder), { force: true })

/** The facts of the stack that runs on that state folder; throws when none does. */
export const readFacts = (folder: string): StackFacts => {
  try {
    return factsSchema.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')))
  } catch {
    throw new Error(`No stack runs on ${folder}: start one with npm start.`)
  }
}
