import * as z from 'zod'
import type { Invitation } from '../../broker/invitation.ts'
import type { Rows } from '../../broker/rows.ts'
import { formatVersion, instant, json } from './columns.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

const columns = {
  v: formatVersion,
  id: z.string(),
  linkHash: z.string(),
  partner: z.string(),
  audiences: json(z.array(z.string())),
  status: z.enum(['open', 'used', 'cancelled']),
  code: z.string(),
  createdAt: instant,
  expiresAt: instant,
  consentTermDays: z.int(),
  createdBy: z.string(),
  displayName: z.string().exactOptional(),
  contact: z.string().exactOptional(),
  language: z.string().exactOptional(),
} satisfies Record<keyof Invitation, z.ZodType>

/** Invitations by id, spread by its first two digits. */
export const invitationRows = (
  account: TableAccount,
  onUnreadable: OnUnreadable,
): Rows<Invitation> =>
  tableRows<Invitation>({
    table: openTable({ ...account, tableName: 'invitations' }),
    schema: z.looseObject(columns),
    keys: { keyOf: ({ id }) => id, partitionOf: (id) => id.slice(0, 2) },
    onUnreadable,
  })
