import * as z from 'zod'
import type { PartnerMessage, ShardMessage } from '../broker/rotation/messages.ts'

// This version and the next one are understood; what a newer one adds is left alone.
const v = z
  .int()
  .min(1)
  .max(2)
  .transform(() => 1 as const)

const tries = z.int().min(0)

const shard = z.object({ v, shard: z.string().regex(/^[0-9a-f]{2}$/), tries: tries.default(0) })

const partner = z.object({ v, partner: z.guid(), tries })

/** A message of the queue `rotation-shards`; undefined for what is none. */
export const readShardMessage = (message: unknown): ShardMessage | undefined =>
  shard.safeParse(message).data

/** A message of the queue `rotation-partners`; undefined for what is none. */
export const readPartnerMessage = (message: unknown): PartnerMessage | undefined =>
  partner.safeParse(message).data
