import { LRUCache } from 'lru-cache'
import type { Grant } from './grant.ts'
import type { ObtainToken, TokenOfGeneration } from './issue-token.ts'
import { grantRefusal } from './usable-grant.ts'

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

type Granting = {
  known: KnownGrants
  read: (partner: string) => Promise<Grant | undefined>
  now: () => number
}

/**
 * Finds the generation that must answer. A remembered grant only ever says yes: before a refusal
 * the row is read again, since the partner may have consented anew on another instance.
 */
export const granted = ({ known, read, now }: Granting, next: TokenOfGeneration): ObtainToken => {
  const obtain = async (grant: Grant, request: Parameters<ObtainToken>[0]) => {
    const token = await next({ ...request, generation: grant.generation })
    // A renewal may have come meanwhile: then its own term counts.
    const isRenewed = token.generation !== grant.generation
    return within((isRenewed && known.recall(grant.partner)) || grant, token)
  }
  return async (request) => {
    const remembered = known.recall(request.partner)
    if (remembered && !grantRefusal(remembered, request, now())) return obtain(remembered, request)
    const grant = await read(request.partner)
    const refusal = grantRefusal(grant, request, now())
    if (refusal || !grant) throw refusal
    known.remember(grant)
    return obtain(grant, request)
  }
}

/** No token is said to live past the end of the consent term. */
const within = <T extends { expiresAt: number }>(grant: Grant, token: T): T => ({
  ...token,
  expiresAt: Math.min(token.expiresAt, grant.endsAt),
})
