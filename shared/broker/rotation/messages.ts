import { grantShards } from '../grant.ts'

/** One of the partitions that grants are spread over: two hexadecimal digits. */
export type ShardMessage = { v: 1; shard: string }

/** One grant that is due. `tries`: how often trouble that passes was met. */
export type PartnerMessage = { v: 1; partner: string; tries: number }

export type SendShard = (message: ShardMessage) => Promise<void>
export type SendPartner = (message: PartnerMessage, delayMs?: number) => Promise<void>

export const shards: readonly string[] = Array.from({ length: grantShards }, (_none, index) =>
  index.toString(16).padStart(2, '0'),
)
