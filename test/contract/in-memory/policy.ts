import { randomUUID } from 'node:crypto'
import type { Lockdown } from '../../../shared/broker/lockdown.ts'
import type { Permission } from '../../../shared/broker/permission.ts'
import type { PolicyRows } from '../../../shared/broker/policy.ts'
import type { Revocation } from '../../../shared/broker/revocation.ts'
import type { Rows } from '../../../shared/broker/rows.ts'
import { inMemoryRows, type WriteHooks } from './rows.ts'

export type InMemoryPolicy = {
  permissions: Rows<Permission>
  lockdowns: Rows<Lockdown>
  revocations: Rows<Revocation>
  policy: PolicyRows
}

/** The policy in memory: its epoch changes in the same tick as a row of it does. */
export const inMemoryPolicy = (hooks: Omit<WriteHooks, 'onWritten'> = {}): InMemoryPolicy => {
  let epoch = 'none'
  const onWritten = () => {
    epoch = randomUUID()
  }
  const rowsOf = <T>(keyOf: (value: T) => string) => inMemoryRows(keyOf, { ...hooks, onWritten })
  const permissions = rowsOf<Permission>(({ name }) => name)
  const lockdowns = rowsOf<Lockdown>(({ name }) => name)
  const revocations = rowsOf<Revocation>(({ partner }) => partner)
  return {
    permissions,
    lockdowns,
    revocations,
    policy: {
      readEpoch: async () => epoch,
      readAll: async () => ({
        epoch,
        permissions: await allOf(permissions),
        lockdowns: await allOf(lockdowns),
        revocations: await allOf(revocations),
      }),
    },
  }
}

const allOf = async <T>(rows: Rows<T>): Promise<T[]> => {
  const { items } = await rows.list({ size: Number.MAX_SAFE_INTEGER })
  return items.map(({ value }) => value)
}
