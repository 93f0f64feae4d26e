import { join } from 'node:path'
import * as z from 'zod'
import { readState, writeState } from './state-file.ts'

const schema = z.object({
  consents: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
  revocations: z.record(z.string(), z.number()),
  agentsMayConsent: z.boolean(),
})

type Kept = z.infer<typeof schema>

/** What the local Entra remembers across restarts: consents and revocations. */
export type Records = {
  /** Permissions consented to; empty when refused, undefined when nobody decided. */
  consented: (tenant: string, resource: string) => string[] | undefined
  consent: (tenant: string, resource: string, permissions: string[]) => void
  refuse: (tenant: string, resource: string) => void
  /** Refresh tokens of this person issued up to now are worth nothing from here on. */
  revoke: (objectId: string, atMs: number) => void
  revokedAtMs: (objectId: string) => number | undefined
  agentsMayConsent: (allowed?: boolean) => boolean
}

/** The records kept in `folder`. */
export const recordsIn = (folder: string): Records => {
  const file = join(folder, 'records.json')
  const kept: Kept = readState(file, schema) ?? {
    consents: {},
    revocations: {},
    agentsMayConsent: true,
  }
  const save = () => writeState(file, kept)
  const set = (tenant: string, resource: string, permissions: string[]) => {
    kept.consents[tenant] = { ...kept.consents[tenant], [resource]: permissions }
    save()
  }
  const consented = (tenant: string, resource: string) => kept.consents[tenant]?.[resource]
  return {
    consented,
    consent: (tenant, resource, permissions) =>
      set(tenant, resource, [...new Set([...(consented(tenant, resource) ?? []), ...permissions])]),
    refuse: (tenant, resource) => set(tenant, resource, []),
    revoke: (objectId, atMs) => {
      kept.revocations[objectId] = atMs
      save()
    },
    revokedAtMs: (objectId) => kept.revocations[objectId],
    agentsMayConsent: (allowed) => {
      if (allowed === undefined) return kept.agentsMayConsent
      kept.agentsMayConsent = allowed
      save()
      return allowed
    },
  }
}
