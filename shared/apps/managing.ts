import { explain } from '../broker/explain.ts'
import { invite, type InvitationRequest } from '../broker/invite.ts'
import type { Asked } from '../broker/permission.ts'
import { lastFacts } from '../broker/reinvite.ts'
import { makeReport } from '../broker/report/report.ts'
import { revoke, type RevokeRequest } from '../broker/revoke.ts'
import { tokensAlive } from '../broker/tokens-alive.ts'
import { lastUse } from '../broker/usage/last-use.ts'
import type { Audit, AuditRows } from '../broker/audit.ts'
import type { BrokerConfig } from '../config.ts'
import type { ManagementDesk } from '../http/manage/managed.ts'
import { replaying } from './announcing.ts'
import { counting } from './counting.ts'
import { operatorAdmission } from './admission.ts'
import type { Doors } from './broker-doors.ts'
import { refused } from './log-lines.ts'
import { networksOf } from './networks-of.ts'
import type { Rotating } from './rotating.ts'

type ManagingPorts = Doors & {
  records: AuditRows
  audit: Audit
  rotation: Pick<Rotating, 'start' | 'rotateNow'>
  now: () => number
}

/** The desks of the management API. */
export const managing = (config: BrokerConfig, doors: ManagingPorts) => {
  const { permissions, lockdowns, policy, records, now } = doors
  const desk: ManagementDesk = {
    identify: operatorAdmission(config, doors.keys),
    ...networksOf(config.MANAGEMENT_NETWORKS),
    ...(config.MANAGE_AUTH_CONTEXT !== undefined && { authContext: config.MANAGE_AUTH_CONTEXT }),
    trustedProxies: config.TRUSTED_PROXIES,
    brokerUrl: config.BROKER_URL,
    audit: doors.audit,
    onRefused: refused,
    now,
  }
  const reportPorts = { ...doors, auditKeepDays: config.AUDIT_KEEP_DAYS }
  return {
    permissions: { ...desk, permissions },
    lockdowns: { ...desk, lockdowns },
    invitations: { ...desk, policy, ...inviting(config, doors) },
    partners: { ...desk, ...inviting(config, doors), ...overseeing(doors) },
    explaining: { ...desk, explain: (asked: Asked, at: number) => explain(doors, asked, at) },
    records: { ...desk, records },
    reporting: { ...desk, report: (month: string) => makeReport(reportPorts, month) },
    rotating: { ...desk, start: doors.rotation.start },
    failedMessages: { ...desk, failed: doors.failed, replay: replaying(doors) },
  }
}

const overseeing = (doors: ManagingPorts) => {
  const { grants, revocations, policy, records, usage, rotation, now } = doors
  return {
    grants,
    revocations,
    policy,
    revoke: (request: RevokeRequest) => revoke(doors, request),
    lastUse: (partner: string) => lastUse({ records, usage, now }, partner),
    census: counting(doors),
    tokensAlive: (partner: string) => tokensAlive({ records, now }, partner),
    rotate: rotation.rotateNow,
  }
}

const inviting = (config: BrokerConfig, doors: ManagingPorts) => {
  const { invitations, revocations, grants, now } = doors
  const operator = { name: config.OPERATOR_NAME, contact: config.OPERATOR_CONTACT }
  const ports = { invitations, revocations, onboardingUrl: config.ONBOARDING_URL, operator, now }
  const defaults = {
    validForDays: config.INVITATION_DAYS,
    consentTermDays: config.CONSENT_TERM_DAYS,
  }
  return {
    invitations,
    defaults,
    invite: (request: InvitationRequest, by: string) => invite(ports, request, by),
    lastFacts: (partner: string) => lastFacts({ grants, invitations, defaults }, partner),
  }
}
