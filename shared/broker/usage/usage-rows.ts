import type { BrokerErrorCode } from '../broker-error.ts'
import type { Page, Rows } from '../rows.ts'

/** Tokens of one partner for one audience, purpose and customer (absent: the partner's own tenant). */
export type PartnerLine = { audience: string; purpose: string; customer?: string; tokens: number }

/** A part of what was issued for one partner in one hour. Times in milliseconds since the epoch. */
export type PartnerHour = {
  v: 1
  partner: string
  /** The start of the hour. */
  hour: number
  part: number
  lastIssuedAt: number
  lines: PartnerLine[]
}

/** What the operator is told of. */
export type OperatorFacts =
  /** `caller` is `{tenant}/{clientId}`. */
  | { kind: 'issued'; caller: string; audience: string; purpose: string }
  | { kind: 'refused'; code: BrokerErrorCode }
  /** A permission that allowed. */
  | { kind: 'permission'; name: string }
  /** `by` is the object id of the person, else `{tenant}/{clientId}` of the application. */
  | { kind: 'lockdown'; name: string; change: 'set' | 'lifted'; at: number; by: string }
  /** Lines of a kind that were too many to list. */
  | { kind: 'others'; of: OperatorKind }

export type OperatorKind = 'issued' | 'refused' | 'permission' | 'lockdown'

export type OperatorLine = OperatorFacts & { count: number }

/** A part of what was done in one hour, of all partners; `isCut`: there was more than was counted. */
export type OperatorHour = {
  v: 1
  hour: number
  part: number
  lines: OperatorLine[]
  isCut?: true
}

/** Rows of hours: written whole from the record, so that writing again changes nothing. */
export type UsageHours = {
  putPartnerHours: (rows: PartnerHour[]) => Promise<void>
  putOperatorHours: (rows: OperatorHour[]) => Promise<void>
  /** `day` is `YYYY-MM-DD`, in UTC as all of these. */
  partnerDay: (partner: string, day: string) => Promise<PartnerHour[]>
  /** `month` is `YYYY-MM`. */
  month: (month: string, from: { after?: string }) => Promise<Page<OperatorHour>>
  /** Removes rows of earlier days and months, not many more than `most` in one call. */
  purge: (before: { day: string; month: string }, most: number) => Promise<'done' | 'more'>
}

/** Until when the record is rolled up: every hour from `from` on that ended by `through`. */
export type UsageCursor = { v: 1; from: number; through: number }

/** When a permission last allowed (in mode `audit`: would have), and was last written. */
export type PermissionUse = { v: 1; name: string; lastUsedAt?: number; changedAt?: number }

/** Everything that is rolled up from the record. */
export type UsageRows = {
  hours: UsageHours
  /** One row under `cursorKey`. */
  cursor: Pick<Rows<UsageCursor>, 'read' | 'add' | 'replace'>
  permissionUses: Pick<Rows<PermissionUse>, 'read' | 'add' | 'replace' | 'list'>
}

export const cursorKey = 'cursor'

/** Numbers of parts have three digits in a row's key. */
export const mostParts = 1000
