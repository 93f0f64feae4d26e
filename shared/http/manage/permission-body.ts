import * as z from 'zod'
import type { CompiledPermission, Permission } from '../../broker/permission.ts'
import { audienceList, guid, instant, network, purpose } from './fields.ts'

const tenants = z.array(guid).min(1).max(1000)

/** The body of `PUT /manage/permissions/{name}`. */
export const permissionSchema = z.strictObject({
  caller: z.strictObject({ tenant: guid, clientId: guid }),
  partners: z.union([tenants, z.literal('any')], { error: 'must be tenant ids or "any"' }),
  audiences: audienceList,
  customers: z
    .union([tenants, z.enum(['none', 'any'])], { error: 'must be tenant ids, "none" or "any"' })
    .default('none'),
  purposes: z.array(purpose).min(1).max(50),
  networks: z.array(network).min(1).max(200).optional(),
  notAfter: instant.optional(),
  mode: z.enum(['enforce', 'audit']).default('enforce'),
})

export const permissionOf = (
  name: string,
  { notAfter, networks, ...body }: z.output<typeof permissionSchema>,
): Permission => ({
  v: 1,
  name,
  ...body,
  ...(networks !== undefined && { networks }),
  ...(notAfter !== undefined && { notAfter }),
})

/** A permission as the management API shows it. */
export const permissionView = ({
  v: _v,
  admits: _admits,
  notAfter,
  ...permission
}: CompiledPermission) => ({
  ...permission,
  ...(notAfter !== undefined && { notAfter: new Date(notAfter).toISOString() }),
})
