import * as z from 'zod'
import type { Lockdown } from '../../broker/lockdown.ts'
import type { Revocation } from '../../broker/revocation.ts'
import { formatVersion, instant } from './columns.ts'
import type { Entity } from './entities.ts'
import { policyPartition } from './policy-writes.ts'
import { fromEntity, type RowKind } from './row-kind.ts'

const lockdownColumns = {
  v: formatVersion,
  name: z.string(),
  scope: z.enum(['all', 'partner', 'caller', 'audience']),
  id: z.string().exactOptional(),
  reason: z.string(),
  by: z.string(),
  at: instant,
} satisfies Record<keyof Lockdown, z.ZodType>

const revocationColumns = {
  v: formatVersion,
  partner: z.string(),
  generation: z.int().min(0),
  at: instant,
  by: z.string(),
  reason: z.string(),
  revokedBy: z.enum(['operator', 'partner']),
} satisfies Record<keyof Revocation, z.ZodType>

const partitionOf = () => policyPartition

/** Lockdowns in the policy's partition. */
export const lockdownKind: RowKind<Lockdown> = {
  schema: z.looseObject(lockdownColumns),
  keys: { keyOf: ({ name }) => name, partitionOf, prefix: 'lockdown:' },
}

/** Revocations in the policy's partition. */
export const revocationKind: RowKind<Revocation> = {
  schema: z.looseObject(revocationColumns),
  keys: { keyOf: ({ partner }) => partner, partitionOf, prefix: 'revocation:' },
}

// A stop that cannot be read must not let through what it meant to stop.
const unreadableStop = { v: 1, by: '', reason: 'the row could not be read', at: 0 } as const

/** A lockdown; one that cannot be read stops everything. */
export const lockdownOf = (entity: Entity): Lockdown =>
  fromEntity(lockdownKind, entity) ?? {
    ...unreadableStop,
    name: (entity.rowKey ?? '').slice('lockdown:'.length),
    scope: 'all',
  }

/** A revocation; one that cannot be read revokes every generation of its partner. */
export const revocationOf = (entity: Entity): Revocation =>
  fromEntity(revocationKind, entity) ?? {
    ...unreadableStop,
    partner: (entity.rowKey ?? '').slice('revocation:'.length),
    generation: Number.MAX_SAFE_INTEGER,
    revokedBy: 'operator',
  }
