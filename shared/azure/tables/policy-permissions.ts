import * as z from 'zod'
import type { Permission } from '../../broker/permission.ts'
import { formatVersion, instant, json } from './columns.ts'
import { policyPartition } from './policy-writes.ts'
import type { RowKind } from './row-kind.ts'

const columns = {
  v: formatVersion,
  name: z.string(),
  caller: json(z.looseObject({ tenant: z.string(), clientId: z.string() })),
  partners: json(z.union([z.literal('any'), z.array(z.string())])),
  audiences: json(z.array(z.string())),
  customers: json(z.union([z.enum(['none', 'any']), z.array(z.string())])),
  purposes: json(z.array(z.string())),
  networks: json(z.array(z.string())).exactOptional(),
  notAfter: instant.exactOptional(),
  mode: z.enum(['enforce', 'audit']),
} satisfies Record<keyof Permission, z.ZodType>

/** Permissions in the policy's partition. */
export const permissionKind: RowKind<Permission> = {
  schema: z.looseObject(columns),
  keys: {
    keyOf: ({ name }) => name,
    partitionOf: () => policyPartition,
    prefix: 'permission:',
  },
}
