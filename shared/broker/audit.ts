import type { BrokerErrorCode } from './broker-error.ts'
import type { Page } from './rows.ts'

/** One line of the record. Append only; times in milliseconds since the epoch. */
export type AuditRecord = {
  v: 1
  id: string
  at: number
  /** `token`: a request for a token. `management`: a change by an operator. */
  kind: 'token' | 'management'
  outcome: 'issued' | 'refused' | 'done'
  correlationId: string
  /** The application that asked. */
  callerTenant: string
  callerId: string
  /** Object id of the person, where a person called. */
  personId?: string
  partner?: string
  customer?: string
  audience?: string
  scopes?: string[]
  purpose?: string
  permission?: string
  /** What permissions in mode `audit` would have decided: `{name}=allowed` or `{name}={reason}`. */
  trials?: string[]
  address?: string
  generation?: number
  /** SHA-256 of the access token; never the token. */
  tokenHash?: string
  expiresAt?: number
  code?: BrokerErrorCode
  reason?: string
  /** Of a management call: method, route and what it was about. */
  action?: string
  target?: string
}

export type AuditQuery = {
  from: number
  to: number
  partner?: string
  /** `{tenant}/{clientId}` */
  caller?: string
  correlation?: string
  /** One partition alone, as `auditPartition` names it. */
  partition?: string
  after?: string
  size: number
}

/** The audit table. `append` treats rows of ours that are there already as written. */
export type AuditRows = {
  append: (partition: string, records: AuditRecord[]) => Promise<void>
  query: (query: AuditQuery) => Promise<Page<AuditRecord>>
}

/** `commit` returns when the record is durable; `offer` never waits and never fails. */
export type Audit = {
  commit: (record: NewRecord) => Promise<void>
  offer: (record: NewRecord) => void
}

export type NewRecord = Omit<AuditRecord, 'v' | 'id' | 'at'>

/** Partitions of one hour, so that many instances write side by side. */
export const auditShards = 16

/** The partition of a time and shard, such as `2026112314-3`. */
export const auditPartition = (at: number, shard: number): string =>
  `${new Date(at).toISOString().slice(0, 13).replaceAll(/\D/g, '')}-${shard.toString(16)}`
