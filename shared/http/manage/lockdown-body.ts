import * as z from 'zod'
import type { Lockdown } from '../../broker/lockdown.ts'
import { audience, callerId, guid, line } from './fields.ts'

const reason = line(500)

/** The body of `PUT /manage/lockdowns/{name}`: what `id` names follows from the scope. */
export const lockdownSchema = z.discriminatedUnion(
  'scope',
  [
    z.strictObject({ scope: z.literal('all'), reason }),
    z.strictObject({ scope: z.literal('partner'), id: guid, reason }),
    z.strictObject({ scope: z.literal('caller'), id: callerId, reason }),
    z.strictObject({ scope: z.literal('audience'), id: audience, reason }),
  ],
  { error: 'must be one of: all, partner, caller, audience' },
)

/** A lockdown as the management API shows it. */
export const lockdownView = ({ v: _v, at, ...lockdown }: Lockdown) => ({
  ...lockdown,
  at: new Date(at).toISOString(),
})
