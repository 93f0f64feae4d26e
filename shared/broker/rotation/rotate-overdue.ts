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

/**
 * Has a grant rotated that the timer should have found long ago. Issuing alone keeps no refresh token
 * while callers ask for customers only, and never asks Partner Center about the person.
 */
export const rotatingOverdue =
  ({ sendPartner, cycleMs, now, alarm }: Ports) =>
  async (grant: Grant): Promise<void> => {
    if (!isRotationDue(grant, now() - stalledAfterMs, cycleMs)) return
    const { partner } = grant
    // The token in hand is good all the same, and the next mint sends it again.
    await sendPartner({ v: 1, partner, tries: 0 }).catch(() =>
      alarm('rotation_not_sent', { partner }),
    )
  }
