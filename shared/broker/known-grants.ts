import { LRUCache } from 'lru-cache'
import type { Grant } from './grant.ts'

/** What this instance last read of each grant, so that a warm token needs no row. */
export type KnownGrants = {
  recall: (partner: string) => Grant | undefined
  remember: (grant: Grant) => void
}

const keptGrants = 20_000

export const knownGrants = (): KnownGrants => {
  const grants = new LRUCache<string, Grant>({ max: keptGrants })
  return {
    recall: (partner) => grants.get(partner),
    remember: (grant) => void grants.set(grant.partner, grant),
  }
}
