import type { PartnerFacts } from '../../shared/broker/partner/partner-facts.ts'
import type { WithdrawnView } from '../../shared/http/pages/partner-withdraw.ts'

const tenant = '9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44'
const app = { displayName: 'Northwind Connector', clientId: '5f2c7d1e-8a43-4a0e-9a2b-1f1f5b7c9d10' }
const dayMs = 24 * 3600_000

export const now = Date.UTC(2026, 10, 24, 9, 30)

/** What the broker tells of a partner whose consent is active and used. */
export const partnerFacts: PartnerFacts = {
  kind: 'partner',
  csrf: 'the-form-token-of-this-session-0000000000000',
  partner: tenant,
  displayName: 'Fabrikam Cloud Services',
  person: { name: 'Ada Lovelace', isConsenter: true },
  status: 'active',
  generation: 3,
  consentedBy: 'aaaaaaaa-0000-4000-8000-000000000001',
  consentedAt: now - 90 * dayMs,
  rotatedAt: now - 3 * dayMs,
  lastUsedAt: now - 3600_000,
  audiences: [
    {
      resource: 'https://api.partnercenter.microsoft.com',
      permissions: ['user_impersonation'],
    },
    {
      resource: 'https://graph.microsoft.com',
      permissions: ['DelegatedAdminRelationship.ReadWrite.All', 'Sites.Read.All'],
    },
  ],
  endsAt: now + 275 * dayMs,
  endsBecause: 'consent_term',
  canRenew: true,
  canWithdraw: true,
  confirmation: tenant,
  usage: [
    {
      day: '2026-11-22',
      audience: 'https://graph.microsoft.com',
      purpose: 'licence-sync',
      customer: 'cccccccc-0000-4000-8000-000000000001',
      tokens: 40,
    },
    {
      day: '2026-11-23',
      audience: 'https://graph.microsoft.com',
      purpose: 'licence-sync',
      customer: 'cccccccc-0000-4000-8000-000000000001',
      tokens: 2,
    },
    {
      day: '2026-11-23',
      audience: 'https://api.partnercenter.microsoft.com',
      purpose: 'orders',
      tokens: 1234,
    },
  ],
  usageThrough: now - 7200_000,
  app,
  addresses: ['203.0.113.10', '2001:db8::10'],
}

export const expiring: PartnerFacts = {
  ...partnerFacts,
  status: 'expiring',
  endsAt: now + 12.5 * dayMs,
  person: { isConsenter: false },
  usage: [],
}

export const degraded: PartnerFacts = {
  ...partnerFacts,
  status: 'degraded',
  degraded: { since: now - 2 * dayMs, reason: 'not_an_agent' },
}

const { usage: _usage, usageThrough: _through, lastUsedAt: _used, ...unused } = partnerFacts

export const lapsed: PartnerFacts = {
  ...unused,
  status: 'consent_needed',
  endsAt: now - dayMs,
  endsBecause: 'consent_needed',
}

export const revoked: PartnerFacts = {
  ...partnerFacts,
  status: 'revoked',
  revokedBy: 'operator',
  revokedAt: now - dayMs,
  endsAt: now - dayMs,
  endsBecause: 'revoked',
  canRenew: false,
  canWithdraw: false,
}

export const withdrawn: WithdrawnView = {
  operatorName: 'Northwind Marketplace B.V.',
  operatorContact: 'partners@northwind.example',
  withdrawn: {
    kind: 'withdrawn',
    partner: tenant,
    revokedAt: now,
    tokensAliveUntil: now + 4_000_000,
    isFinished: false,
    app,
  },
  correlationId: 'c0ffee00-1111-4222-8333-444455556666',
}
