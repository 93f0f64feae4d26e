import type { Permission } from '../permission.ts'
import { allPages, type Rows } from '../rows.ts'
import { dayMs } from '../usage/hours.ts'
import type { PermissionUse, UsageRows } from '../usage/usage-rows.ts'

/** A permission that allowed nothing for so many days is worth a question. */
export const unusedDays = 90

/** A permission that has not allowed anything of late. Times in milliseconds since the epoch. */
export type UnusedPermission = {
  name: string
  mode: Permission['mode']
  /** Absent: never, as far back as the record was counted. */
  lastUsedAt?: number
  /** When it was last written, where that is less than 90 days ago: it may be too young to judge. */
  changedAt?: number
}

type Ports = {
  permissions: Pick<Rows<Permission>, 'list'>
  permissionUses: Pick<UsageRows['permissionUses'], 'list'>
}

const pageSize = 1000

/** The permissions that allowed nothing in 90 days, the longest unused first. */
export const unusedPermissions = async (
  { permissions, permissionUses }: Ports,
  now: number,
): Promise<UnusedPermission[]> => {
  const [all, uses] = await Promise.all([valuesOf(permissions), valuesOf(permissionUses)])
  const useOf = new Map(uses.map((use) => [use.name, use]))
  const since = now - unusedDays * dayMs
  return all
    .map(({ name, mode }) => unused({ name, mode }, useOf.get(name), since))
    .filter(({ lastUsedAt = 0 }) => lastUsedAt < since)
    .toSorted((one, other) => (one.lastUsedAt ?? 0) - (other.lastUsedAt ?? 0))
}

const unused = (
  permission: Pick<Permission, 'name' | 'mode'>,
  { lastUsedAt, changedAt = 0 }: Partial<PermissionUse> = {},
  since: number,
): UnusedPermission => ({
  ...permission,
  ...(lastUsedAt !== undefined && { lastUsedAt }),
  ...(changedAt >= since && { changedAt }),
})

const valuesOf = async <T>({ list }: Pick<Rows<T>, 'list'>): Promise<T[]> => {
  const values: T[] = []
  for await (const page of allPages((from) => list({ size: pageSize, ...from }))) {
    values.push(...page.items.map(({ value }) => value))
  }
  return values
}
