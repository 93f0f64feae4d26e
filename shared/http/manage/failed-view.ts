import * as z from 'zod'
import { wireIdOf } from '../../broker/events/cloud-event.ts'
import type { FailedMessage } from '../../broker/events/failed-message.ts'
import { guid } from './fields.ts'

const partner = guid.optional().catch(undefined)
const name = z.string().max(200)
const event = z.object({ id: name, type: name, partner })
const delivery = z.object({ webhook: z.string(), event })
const rotation = z.object({ partner })

/**
 * A failed message as operators see it. The body is not shown: of one that was not ours nobody knows
 * what it holds.
 */
export const failedView = ({ id, queue, host, attempts, reason, at, body }: FailedMessage) => ({
  id,
  queue,
  ...aboutOf(queue, jsonIn(body)),
  ...(host !== undefined && { host }),
  attempts,
  reason,
  at: new Date(at).toISOString(),
})

type About = {
  /** `delivery`: of one event to one webhook; `event`: to all of them; `usage`: a run of the roll-up. */
  kind: 'delivery' | 'event' | 'rotation' | 'usage' | 'unreadable'
  partner?: string
  event?: { id: string; type: string }
}

const aboutOf = (queue: FailedMessage['queue'], body: unknown): About => {
  if (queue !== 'events') {
    const found = rotation.safeParse(body).data
    const kind = queue === 'usage' ? 'usage' : 'rotation'
    return found ? { kind, ...partnerIn(found) } : { kind: 'unreadable' }
  }
  const one = delivery.safeParse(body).data?.event
  const all = event.safeParse(body).data
  const found = one ?? all
  if (!found) return { kind: 'unreadable' }
  const shown = { id: wireIdOf(found), type: found.type }
  return { kind: one ? 'delivery' : 'event', ...partnerIn(found), event: shown }
}

const partnerIn = ({ partner: id }: { partner?: string | undefined }) =>
  id === undefined ? {} : { partner: id }

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
