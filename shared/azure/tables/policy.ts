import * as z from 'zod'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Permission } from '../../broker/permission.ts'
import type { Policy, PolicyRows } from '../../broker/policy.ts'
import type { Rows } from '../../broker/rows.ts'
import { formatVersion, instant, json } from './columns.ts'
import { listAll, readEntity, type Entity } from './entities.ts'
import { epochAddress, policyPartition, policyWrites } from './policy-writes.ts'
import { fromEntity, type RowKind } from './row-kind.ts'
import { openTable, type Table, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

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

const prefix = 'permission:'
const partition = `PartitionKey eq '${policyPartition}'`
const permissionFilter = `${partition} and RowKey ge 'permission:' and RowKey lt 'permission;'`

const permissions: RowKind<Permission> = {
  schema: z.looseObject(columns),
  keys: { keyOf: ({ name }) => name, partitionOf: () => policyPartition, prefix },
}

/** The policy's table: permissions to manage one by one, and all of it to decide by. */
export const policyTable = (
  account: TableAccount,
  onUnreadable: OnUnreadable,
): { permissions: Rows<Permission>; policy: PolicyRows } => {
  const table = openTable({ ...account, tableName: 'policy' })
  return {
    permissions: tableRows({
      ...permissions,
      table,
      onUnreadable,
      writeRow: policyWrites(table),
      filter: permissionFilter,
    }),
    policy: {
      readEpoch: async () => epochOf(await readEntity(table, epochAddress)),
      readAll: () => readAll(table, onUnreadable),
    },
  }
}

// Row keys come in order and `epoch` comes before `permission:`: rows of a later page are never
// older than the epoch, so a change in between is seen as a new epoch at the next look.
const readAll = async (table: Table, onUnreadable: OnUnreadable): Promise<Policy> => {
  const entities = await listAll(table, partition)
  const epoch = entities.find(({ rowKey }) => rowKey === epochAddress.rowKey)
  return {
    epoch: epochOf(epoch),
    permissions: entities
      .filter(({ rowKey }) => rowKey?.startsWith(prefix))
      .flatMap((entity) => {
        const permission = fromEntity(permissions, entity)
        if (permission) return [permission]
        onUnreadable({ table: table.name, rowKey: entity.rowKey ?? '' })
        return []
      }),
  }
}

const epochColumns = z.looseObject({ epoch: z.string().min(1) })

const epochOf = (entity: Entity | undefined): string => {
  if (!entity) return 'none'
  const row = epochColumns.safeParse(entity)
  if (row.success) return row.data.epoch
  throw new BrokerError(
    'internal',
    'the policy could not be read. The operator must look into it',
    {
      reason: 'row_unreadable policy epoch',
    },
  )
}
