import { randomUUID } from 'node:crypto'
import type { Permission } from '../../../shared/broker/permission.ts'
import type { PolicyRows } from '../../../shared/broker/policy.ts'
import type { Rows } from '../../../shared/broker/rows.ts'
import { inMemoryRows, type WriteHooks } from './rows.ts'

/** The policy in memory: its epoch changes in the same tick as a permission does. */
export const inMemoryPolicy = (
  hooks: Omit<WriteHooks, 'onWritten'> = {},
): { permissions: Rows<Permission>; policy: PolicyRows } => {
  let epoch = 'none'
  const onWritten = () => {
    epoch = randomUUID()
  }
  const permissions = inMemoryRows<Permission>(({ name }) => name, { ...hooks, onWritten })
  return {
    permissions,
    policy: {
      readEpoch: async () => epoch,
      readAll: async () => {
        const readEpoch = epoch
        const { items } = await permissions.list({ size: Number.MAX_SAFE_INTEGER })
        return { epoch: readEpoch, permissions: items.map(({ value }) => value) }
      },
    },
  }
}
