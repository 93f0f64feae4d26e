import * as z from 'zod'
import type { ConsentOutcome } from '../broker/consent-outcome.ts'
import { partnerStatuses } from '../broker/partner-health.ts'

// What the broker answers to the onboarding app, verb by verb.

const audiences = z.array(z.object({ resource: z.string(), permissions: z.array(z.string()) }))
const address = z.url({ protocol: /^https$/ })
const app = z.object({ displayName: z.string(), clientId: z.string() })
const shown = {
  app,
  addresses: z.array(z.string()),
}

const closed = z.object({
  kind: z.enum(['invitation_unknown', 'invitation_expired', 'invitation_used']),
})

const facts = z.object({
  kind: z.literal('open'),
  partner: z.string(),
  displayName: z.string().optional(),
  code: z.string(),
  audiences,
  consentTermDays: z.number(),
  expiresAt: z.number(),
  ...shown,
})

const started = z.object({
  kind: z.literal('started'),
  address,
  attempt: z.string().regex(/^[0-9a-f]{32}$/),
  browser: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})

const signedOut = z.object({ kind: z.literal('signed_out') })

const refusal = z.object({
  kind: z.enum(['signed_out', 'form_expired', 'confirmation_wrong', 'not_renewable']),
})

const usageLine = z.object({
  day: z.iso.date(),
  audience: z.string(),
  purpose: z.string(),
  customer: z.string().exactOptional(),
  tokens: z.number(),
})

const partner = z.object({
  kind: z.literal('partner'),
  csrf: z.string(),
  partner: z.string(),
  displayName: z.string().exactOptional(),
  person: z.object({ name: z.string().exactOptional(), isConsenter: z.boolean() }),
  status: z.enum(partnerStatuses),
  generation: z.number(),
  consentedBy: z.string(),
  consentedAt: z.number(),
  rotatedAt: z.number(),
  sealedDeletedAt: z.number().exactOptional(),
  lastUsedAt: z.number().exactOptional(),
  isLastUseUnread: z.literal(true).exactOptional(),
  audiences,
  endsAt: z.number(),
  endsBecause: z.string(),
  revokedAt: z.number().exactOptional(),
  revokedBy: z.enum(['operator', 'partner']).exactOptional(),
  degraded: z.object({ since: z.number(), reason: z.string() }).exactOptional(),
  canRenew: z.boolean(),
  canWithdraw: z.boolean(),
  confirmation: z.string(),
  usage: z.array(usageLine).exactOptional(),
  usageThrough: z.number().exactOptional(),
  ...shown,
})

const withdrawn = z.object({
  kind: z.literal('withdrawn'),
  partner: z.string(),
  revokedAt: z.number(),
  tokensAliveUntil: z.number(),
  isFinished: z.boolean(),
  app: app.exactOptional(),
})

// The outcome is the broker's own value; its kinds are held to the pages by the compiler.
const outcome = z.custom<ConsentOutcome>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value,
)

/** The answer of each verb, checked before a page shows it. */
export const relayAnswers = {
  invitation: z.union([facts, closed]),
  signIn: z.union([started, closed]),
  approval: z.union([z.object({ kind: z.literal('approval'), address }), closed]),
  callback: outcome,
  partnerSignIn: started,
  partner: z.union([partner, signedOut]),
  renew: z.union([started, refusal]),
  withdraw: z.union([withdrawn, refusal]),
  signOut: refusal,
}
