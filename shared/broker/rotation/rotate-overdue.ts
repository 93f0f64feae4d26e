import { LRUCache } from 'lru-cache'
import type { Grant } from '../grant.ts'
import { stalledAfterMs } from './heartbeat.ts'
import type { SendPartner } from './messages.ts'
import { isRotationDue } from './rotation-due.ts'

type Ports = {
  sendPartner: SendPartner
  cycleMs: number
  now: () => number
  alarm: (name: string, facts: Record<string, string | number>) => void
}

// As the timer would: what fails is tried again by its message, and must not be for each token.
const againMs = 3600_000
const unsentAgainMs = 60_000
const mostKnown = 10_000

/**
 * Has a grant rotated that the timer should have found long ago. Issuing alone keeps no refresh token
 * while callers ask for customers only, and never asks Partner Center about the person. Each instance
 * sends one message an hour for a partner.
 */
export const rotatingOverdue = ({ sendPartner, cycleMs, now, alarm }: Ports) => {
  const nextAt = new LRUCache<string, number>({ max: mostKnown })
  return async (grant: Grant): Promise<void> => {
    if (!isRotationDue(grant, now() - stalledAfterMs, cycleMs)) return
    const { partner } = grant
    if (now() < (nextAt.get(partner) ?? 0)) return
    // Set before the wait: the mints of one moment send one message.
    nextAt.set(partner, now() + againMs)
    // The token in hand is good all the same, and a later mint sends it again.
    await sendPartner({ v: 1, partner, tries: 0 }).catch(() => {
      nextAt.set(partner, now() + unsentAgainMs)
      alarm('rotation_not_sent', { partner })
    })
  }
}
