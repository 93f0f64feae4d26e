import { randomBytes, randomUUID } from 'node:crypto'
import type { Attempt } from '../../shared/broker/attempt.ts'
import type { FailedMessage } from '../../shared/broker/events/failed-message.ts'
import type { Grant } from '../../shared/broker/grant.ts'
import type { Invitation } from '../../shared/broker/invitation.ts'
import type { Lockdown } from '../../shared/broker/lockdown.ts'
import type { Permission } from '../../shared/broker/permission.ts'
import type { Session } from '../../shared/broker/partner/session.ts'
import type { Revocation } from '../../shared/broker/revocation.ts'
import type { AuditRecord } from '../../shared/broker/audit.ts'

const noon = Date.parse('2026-03-01T12:00:00.125Z')
const id = () => randomBytes(16).toString('hex')

/** A grant with every field. */
export const sampleGrant = (): Grant => ({
  v: 1,
  partner: randomUUID(),
  app: randomUUID(),
  generation: 3,
  status: 'active',
  sealed: { secretVersion: 'version-2', kid: 'seal/2', sealedAt: noon },
  previous: { secretVersion: 'version-1', kid: 'seal/1', sealedAt: noon - 1 },
  consentedBy: randomUUID(),
  consentedAt: noon,
  audiences: ['https://graph.microsoft.com', 'https://management.azure.com'],
  endsAt: noon + 365 * 24 * 3600_000,
  invitation: id(),
  attempt: id(),
  displayName: "Bäckerei O'Neill & Søn 💻",
  contact: 'admin@partner.example',
  language: 'nl',
  begunAt: noon - 3600_000,
  revokedAt: noon + 2,
  revokedBy: 'partner',
  lastFailure: { at: noon, reason: 'entra_503', suberror: 'basic_action', errorCodes: [90033] },
  toldDays: 14,
  toldTokenDays: 30,
})

/** An invitation with every field. */
export const sampleInvitation = (): Invitation => ({
  v: 1,
  id: id(),
  linkHash: randomBytes(32).toString('hex'),
  partner: randomUUID(),
  audiences: ['https://api.partnercenter.microsoft.com'],
  status: 'open',
  code: 'K7QF-2M9D',
  createdAt: noon,
  expiresAt: noon + 14 * 24 * 3600_000,
  consentTermDays: 365,
  createdBy: 'operator',
  displayName: 'Partner One',
  contact: 'admin@partner.example',
  language: 'en',
})

/** An attempt with every field. */
export const sampleAttempt = (): Attempt => ({
  v: 1,
  id: id(),
  stateHash: randomBytes(32).toString('hex'),
  browserHash: randomBytes(32).toString('hex'),
  kind: 'renewal',
  invitation: id(),
  partner: randomUUID(),
  termDays: 30,
  seenRevocation: 'etag',
  nonce: 'nonce',
  codeVerifier: 'verifier',
  startedAt: noon,
  expiresAt: noon + 900_000,
  status: 'redeeming',
  takenAt: noon + 1,
  outcome: 'consented',
})

/** A session with every field. */
export const sampleSession = (): Session => ({
  v: 1,
  id: id(),
  secretHash: randomBytes(32).toString('hex'),
  partner: randomUUID(),
  objectId: randomUUID(),
  name: "Søn O'Neill 💻",
  isAdmin: true,
  startedAt: noon,
  expiresAt: noon + 900_000,
})

/** A permission with every field. */
export const samplePermission = (): Permission => ({
  v: 1,
  name: `permission-${id()}`,
  caller: { tenant: randomUUID(), clientId: randomUUID() },
  partners: [randomUUID()],
  audiences: ['https://graph.microsoft.com'],
  customers: 'none',
  purposes: ['billing', 'support'],
  networks: ['203.0.113.0/24', '2001:db8::/32'],
  notAfter: noon,
  mode: 'enforce',
})

/** A lockdown with every field. */
export const sampleLockdown = (): Lockdown => ({
  v: 1,
  name: `lockdown-${id()}`,
  scope: 'partner',
  id: randomUUID(),
  reason: "Bäckerei O'Neill asked for it",
  by: `${randomUUID()}/${randomUUID()}`,
  at: noon,
})

/** A revocation with every field. */
export const sampleRevocation = (): Revocation => ({
  v: 1,
  partner: randomUUID(),
  generation: 3,
  at: noon,
  by: `${randomUUID()}/${randomUUID()}`,
  reason: 'the contract ended',
  revokedBy: 'operator',
})

/** An audit record with every field. */
export const sampleAuditRecord = (): AuditRecord => ({
  v: 1,
  id: randomUUID(),
  at: noon,
  kind: 'token',
  outcome: 'issued',
  correlationId: randomUUID(),
  callerTenant: randomUUID(),
  callerId: randomUUID(),
  personId: randomUUID(),
  partner: randomUUID(),
  customer: randomUUID(),
  audience: 'https://graph.microsoft.com',
  scopes: ['https://graph.microsoft.com/.default'],
  purpose: 'billing',
  permission: 'billing-service',
  trials: ['billing-next=allowed', 'billing-old=expired'],
  address: '2001:db8::7',
  generation: 3,
  tokenHash: randomBytes(32).toString('hex'),
  expiresAt: noon + 3600_000,
  code: 'not_permitted',
  reason: 'network',
  action: 'PUT /manage/permissions/{name}',
  target: 'billing-service',
})

/** A failed message with every field, as long as a queue takes one. */
export const sampleFailed = (): FailedMessage => ({
  v: 1,
  id: id(),
  queue: 'events',
  body: `{"webhook":"Bäckerei O'Neill 💻 ${'x'.repeat(65_000)}"}`,
  host: 'hooks.example:8443',
  attempts: 9,
  reason: 'status_503',
  at: noon,
})
