import * as z from 'zod'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Lockdown } from '../../broker/lockdown.ts'
import type { Permission } from '../../broker/permission.ts'
import type { PolicyRows, PolicySource } from '../../broker/policy.ts'
import type { Revocation } from '../../broker/revocation.ts'
import type { Rows } from '../../broker/rows.ts'
import { listAll, readEntity, type Entity } from './entities.ts'
import { permissionKind } from './policy-permissions.ts'
import { lockdownKind, lockdownOf, revocationKind, revocationOf } from './policy-stops.ts'
import { epochAddress, policyPartition, policyWrites } from './policy-writes.ts'
import { fromEntity, type RowKind } from './row-kind.ts'
import { openTable, type Table, type TableAccount } from './table-client.ts'
import type { WriteRow } from './row-writes.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

const partition = `PartitionKey eq '${policyPartition}'`

export type PolicyTable = {
  permissions: Rows<Permission>
  lockdowns: Rows<Lockdown>
  revocations: Rows<Revocation>
  policy: PolicyRows
}

/** The policy's table: its rows to manage one by one, and all of it to decide by. */
export const policyTable = (account: TableAccount, onUnreadable: OnUnreadable): PolicyTable => {
  const table = openTable({ ...account, tableName: 'policy' })
  const listeners: (() => void)[] = []
  const write = policyWrites(table)
  const writeRow: WriteRow = async (change) => {
    const outcome = await write(change)
    for (const listener of listeners) listener()
    return outcome
  }
  const rowsOf = <T>(kind: RowKind<T>): Rows<T> =>
    tableRows({ ...kind, table, onUnreadable, writeRow, filter: filterOf(kind.keys.prefix ?? '') })
  return {
    permissions: rowsOf(permissionKind),
    lockdowns: rowsOf(lockdownKind),
    revocations: rowsOf(revocationKind),
    policy: {
      readEpoch: async () => epochOf(await readEntity(table, epochAddress)),
      readAll: () => readAll(table, onUnreadable),
      onChanged: (listener) => void listeners.push(listener),
    },
  }
}

// `;` follows `:`, so the range holds exactly the keys that begin with the prefix.
const filterOf = (prefix: string): string =>
  `${partition} and RowKey ge '${prefix}' and RowKey lt '${prefix.slice(0, -1)};'`

// Row keys come in order and `epoch` comes before all others: rows of a later page are never older
// than the epoch, so a change in between is seen as a new epoch at the next look.
const readAll = async (table: Table, onUnreadable: OnUnreadable): Promise<PolicySource> => {
  const entities = await listAll(table, partition)
  const of = ({ keys: { prefix = '' } }: { keys: { prefix?: string } }) =>
    entities.filter(({ rowKey }) => rowKey?.startsWith(prefix))
  return {
    epoch: epochOf(entities.find(({ rowKey }) => rowKey === epochAddress.rowKey)),
    lockdowns: of(lockdownKind).map(lockdownOf),
    revocations: of(revocationKind).map(revocationOf),
    permissions: of(permissionKind).flatMap((entity) => {
      const permission = fromEntity(permissionKind, entity)
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
