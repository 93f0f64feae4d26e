import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'
import { issuing } from '../../shared/apps/issuing.ts'
import { auditLine, auditOverflow } from '../../shared/apps/log-lines.ts'
import { loggingTo } from '../../shared/azure/log.ts'
import type { AuditRecord } from '../../shared/broker/audit.ts'
import { openAudit } from '../../shared/broker/open-audit.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { secretNameOf, type Grant } from '../../shared/broker/grant.ts'
import type { IssuedToken, IssueRequest } from '../../shared/broker/issue-token.ts'
import type { SendPartner } from '../../shared/broker/rotation/messages.ts'
import type { Permission } from '../../shared/broker/permission.ts'
import { policySnapshot } from '../../shared/broker/policy.ts'
import type { EntraFailure, RedeemRefreshToken, Redeemed } from '../../shared/broker/redeem.ts'
import { inMemoryAudit } from '../contract/in-memory/audit.ts'
import { inMemoryPolicy } from '../contract/in-memory/policy.ts'
import { inMemoryRows, type WriteHooks } from '../contract/in-memory/rows.ts'
import { inMemoryVault } from './in-memory-vault.ts'

export const graph = 'https://graph.microsoft.com'
export const arm = 'https://management.azure.com'
export const app = '0f000000-0000-4000-8000-0000000000f1'
export const partner = '0f000000-0000-4000-8000-0000000000a1'
export const otherPartner = '0f000000-0000-4000-8000-0000000000a2'
export const customer = '0f000000-0000-4000-8000-0000000000c1'
export const person = '0f000000-0000-4000-8000-000000000101'
export const shop = { tenant: 'operator-tenant', clientId: 'shop' }
export const stranger = { tenant: 'operator-tenant', clientId: 'stranger' }
export const redemptionsPerMinute = 60
export const minuteMs = 60_000
export const dayMs = 24 * 3600_000
export const start = Date.parse('2026-03-01T12:00:00Z')

const permission: Permission = {
  v: 1,
  name: 'shop',
  caller: shop,
  partners: [partner, otherPartner],
  audiences: [graph, arm],
  customers: 'any',
  purposes: ['billing'],
  mode: 'enforce',
}

export type Issuing = Awaited<ReturnType<typeof openIssuing>>

/** The issuing of the broker app on ports in memory, with the clock and Entra in the test's hand. */
export const openIssuing = async (hooks: WriteHooks = {}, networks: string[] = []) => {
  const clock = { now: start }
  const now = () => clock.now
  const rows = inMemoryRows<Grant>((grant) => grant.partner, hooks)
  const grants = { ...rows, read: vi.fn(rows.read) }
  const vault = inMemoryVault()
  const { permissions, lockdowns, revocations, policy } = inMemoryPolicy()
  await permissions.add(permission)
  const readEpoch = vi.fn(policy.readEpoch)
  const currentPolicy = policySnapshot({ ...policy, readEpoch }, now)
  const redeem = vi.fn<RedeemRefreshToken>(async (asked) => ({
    redeemed: redeemedFor(asked, now()),
  }))
  const record = inMemoryAudit()
  const append = vi.fn(record.append)
  const audit = openAudit({ rows: { append }, line: auditLine, onOverflow: auditOverflow, now })
  const config = {
    APP_CLIENT_ID: app,
    ENTRA_AUTHORITY: 'https://entra.example',
    CALLER_REDEMPTIONS_PER_MINUTE: redemptionsPerMinute,
    CALLER_NETWORKS: networks,
    ROTATION_DAYS: 7,
  }
  const pace = { takeSpareSlot: vi.fn(async () => true), holdOff: vi.fn(async () => {}) }
  const sendPartner = vi.fn<SendPartner>(async () => {})
  const doors = { ...vault, ...pace, sendPartner, grants, redeem, currentPolicy, audit, now }
  const issueToken = issuing(config, doors)
  const lines: Record<string, unknown>[] = []
  const keep = (_level: string, line: string) => void lines.push(JSON.parse(line))
  return {
    clock,
    grants,
    vault,
    pace,
    sendPartner,
    permissions,
    lockdowns,
    revocations,
    readEpoch,
    append,
    redeem,
    lines,
    issue: (asked: Partial<IssueRequest> = {}): Promise<IssuedToken> =>
      loggingTo(keep, () => issueToken(requestOf(asked))),
    /** Stores a grant as a consent would. */
    consent: async (changes: Partial<Grant> = {}): Promise<Grant> => {
      const grant = grantOf(changes)
      const { sealed, kid } = await vault.seal(`rt of ${grant.partner}`, grant)
      const secretVersion = await vault.sealedTokens.write(secretNameOf(grant), sealed)
      const stored = { ...grant, sealed: { secretVersion, kid, sealedAt: grant.sealed.sealedAt } }
      const current = await rows.read(grant.partner)
      await (current ? rows.replace(stored, current.etag) : rows.add(stored))
      return stored
    },
    /** The rows of the record, in the order in which they were made. */
    records: async (): Promise<AuditRecord[]> => {
      const page = await record.query({ from: 0, to: Number.MAX_SAFE_INTEGER, size: 1000 })
      return page.items
    },
    alarms: () =>
      lines.map(({ event }) => String(event)).filter((name) => name.startsWith('alarm')),
    row: async (of = partner): Promise<Grant> => {
      const stored = await rows.read(of)
      if (!stored) throw new Error('there is no such grant')
      return stored.value
    },
  }
}

let minted = 0

/** What Entra answers when all is well: a token that names what it is for. */
export const redeemedFor = (
  { tenant, scopes, refreshToken }: Parameters<RedeemRefreshToken>[0],
  at: number,
  changes: Partial<Redeemed> = {},
): Redeemed => ({
  accessToken: `at-${++minted} ${tenant} ${scopes.join(' ')}`,
  expiresInSeconds: 3600,
  scope: scopes.join(' '),
  refreshToken: `rotated ${minted}`,
  account: {
    objectId: person,
    tenant: refreshToken.replace(/^rt of /, '').replace(/^rotated .*/, partner),
  },
  at,
  ...changes,
})

export const refusing = (failure: Partial<EntraFailure>) => async () => ({
  failure: { status: 400, error: 'invalid_grant', errorCodes: [], ...failure },
})

export const grantOf = (changes: Partial<Grant> = {}): Grant => ({
  v: 1,
  partner,
  app,
  generation: 1,
  status: 'active',
  sealed: { secretVersion: '', kid: '', sealedAt: start },
  consentedBy: person,
  consentedAt: start,
  audiences: [graph, arm],
  endsAt: start + 365 * dayMs,
  invitation: 'invitation',
  attempt: 'attempt',
  ...changes,
})

export const requestOf = (changes: Partial<IssueRequest>): IssueRequest => ({
  caller: shop,
  partner,
  audience: graph,
  scopes: [`${changes.audience ?? graph}/.default`],
  correlationId: randomUUID(),
  ...changes,
})

/** The refusal of a request that must be refused. */
export const refusalOf = async (issued: Promise<unknown>): Promise<BrokerError> => {
  const thrown = await issued.catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(BrokerError)
  if (thrown instanceof BrokerError) return thrown
  throw new Error('not refused')
}
