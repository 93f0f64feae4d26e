import * as z from 'zod'
import type { Session } from '../../broker/partner/session.ts'
import type { Rows } from '../../broker/rows.ts'
import { formatVersion, instant } from './columns.ts'
import { openTable, type TableAccount } from './table-client.ts'
import { tableRows, type OnUnreadable } from './table-rows.ts'

const columns = {
  v: formatVersion,
  id: z.string(),
  secretHash: z.string(),
  partner: z.string(),
  objectId: z.string(),
  name: z.string().exactOptional(),
  isAdmin: z.boolean(),
  startedAt: instant,
  expiresAt: instant,
} satisfies Record<keyof Session, z.ZodType>

/** Sessions of partners' own pages by id, spread by its first two digits. */
export const sessionRows = (account: TableAccount, onUnreadable: OnUnreadable): Rows<Session> =>
  tableRows<Session>({
    table: openTable({ ...account, tableName: 'sessions' }),
    schema: z.looseObject(columns),
    keys: { keyOf: ({ id }) => id, partitionOf: (id) => id.slice(0, 2) },
    onUnreadable,
  })
