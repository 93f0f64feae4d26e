import * as z from 'zod'
import type { BrokerErrorCode } from '../../broker/broker-error.ts'
import type {
  OperatorHour,
  PartnerHour,
  PermissionUse,
  UsageCursor,
} from '../../broker/usage/usage-rows.ts'
import { formatVersion, instant, json, type Columns } from './columns.ts'

const count = z.int().min(0)
const part = z.int().min(0)

const partnerLine = z.looseObject({
  audience: z.string(),
  purpose: z.string(),
  customer: z.string().exactOptional(),
  tokens: count,
})

const partnerColumns = {
  v: formatVersion,
  partner: z.string(),
  hour: instant,
  part,
  lastIssuedAt: instant,
  lines: json(z.array(partnerLine)),
} satisfies Record<keyof PartnerHour, z.ZodType>

/** A part of a partner's hour. */
export const partnerHourSchema: z.ZodType<PartnerHour, Columns> = z.looseObject(partnerColumns)

const operatorKind = z.enum(['issued', 'refused', 'permission', 'lockdown'])
const code = z.custom<BrokerErrorCode>((value) => typeof value === 'string')

const operatorLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('issued'),
    caller: z.string(),
    audience: z.string(),
    purpose: z.string(),
    count,
  }),
  z.object({ kind: z.literal('refused'), code, count }),
  z.object({ kind: z.literal('permission'), name: z.string(), count }),
  z.object({
    kind: z.literal('lockdown'),
    name: z.string(),
    change: z.enum(['set', 'lifted']),
    at: z.int(),
    by: z.string(),
    count,
  }),
  z.object({ kind: z.literal('others'), of: operatorKind, count }),
])

const operatorColumns = {
  v: formatVersion,
  hour: instant,
  part,
  lines: json(z.array(operatorLine)),
  isCut: z.literal(true).exactOptional(),
} satisfies Record<keyof OperatorHour, z.ZodType>

/** A part of the operator's hour. */
export const operatorHourSchema: z.ZodType<OperatorHour, Columns> = z.looseObject(operatorColumns)

export const cursorColumns = {
  v: formatVersion,
  from: instant,
  through: instant,
} satisfies Record<keyof UsageCursor, z.ZodType>

export const permissionUseColumns = {
  v: formatVersion,
  name: z.string(),
  lastUsedAt: instant.exactOptional(),
  changedAt: instant.exactOptional(),
} satisfies Record<keyof PermissionUse, z.ZodType>
