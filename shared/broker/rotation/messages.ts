import { grantShards } from '../grant.ts'

/**
 * One of the partitions that grants are spread over: two hexadecimal digits. `tries`: how often trouble
 * that passes was met.
 */
export type ShardMessage = { v: 1; shard: string; tries: number }

/** One grant that is due. */
export type PartnerMessage = { v: 1; partner: string; tries: number }

export type SendShard = (message: ShardMessage, delayMs?: number) => Promise<void>
export type SendPartner = (message: PartnerMessage, delayMs?: number) => Promise<void>

/** What passes by itself is tried again after these, and then by the next hour's run. */
export const retryDelaysMs: readonly number[] = [30_000, 120_000, 480_000, 1_200_000]

export const shards: readonly string[] = Array.from({ length: grantShards }, (_none, index) =>
  index.toString(16).padStart(2, '0'),
)
