import { partnerCenter } from '../audience.ts'
import { asBrokerError, BrokerError, isTransient } from '../broker-error.ts'
import type { Grant } from '../grant.ts'
import { rotatedBy, sealRotated, type SealingPorts } from '../keep-rotated.ts'
import type { ProbePartnerCenter } from '../prove-consent.ts'
import type { EntraFailure, Redeemed } from '../redeem.ts'
import { redeemGrant, type RedeemingPorts, type Refused } from '../redeem-grant.ts'
import type { SealedTokens } from '../sealed-token.ts'
import { isLongUnproven } from './rotation-due.ts'
import { dead, refusedAtHome, sound, unproven, worse } from './transitions.ts'

export type RotatingPorts = RedeemingPorts &
  SealingPorts & {
    sealedTokens: Pick<SealedTokens, 'read' | 'write'>
    probePartnerCenter: ProbePartnerCenter
    /** Take a consent of whose MFA Partner Center says nothing for proven. */
    allowUnprovenMfa: boolean
    /** Length of the rotation's cycle. */
    cycleMs: number
    /** Waits until one secret may be written; throws `throttled` when that takes too long. */
    takeSlot: () => Promise<void>
    /** Something that a person must look at, by name; never holds a secret. */
    alarm: (name: string, facts: Record<string, string | number>) => void
    now: () => number
  }

export type RotationRequest = { grant: Grant; correlationId: string }

/**
 * The grant as its row should stand now; nothing of it is written yet but the new secret version, which
 * nothing points to. `halt`: our own application is refused, which is no grant's affair.
 */
export type Rotation =
  | { grant: Grant; outcome: 'rotated' | 'degraded' | 'consent_needed' }
  | { halt: BrokerError }
  | { retry: BrokerError }

/** Redeems a grant at the partner's home for Partner Center, repeats the probe, and seals the new token. */
export const rotateGrant = async (
  ports: RotatingPorts,
  request: RotationRequest,
): Promise<Rotation> => {
  const { grant, correlationId } = request
  const at = ports.now()
  try {
    const scopes = [`${partnerCenter}/.default`]
    const result = await redeemGrant(ports, grant, { scopes, correlationId })
    if (!('redeemed' in result)) return refusal(ports, grant, { ...result, at })
    const kept = await keep(ports, grant, result.redeemed)
    const { accessToken } = result.redeemed
    const answer = await asked(ports, { accessToken, correlationId })
    const after = probed(ports, kept, answer)
    // Without a new refresh token the old one would be due again at once.
    if (kept === grant) after.grant = unproven(after.grant, at)
    return { outcome: 'rotated', ...after }
  } catch (thrown) {
    return fault(ports, grant, { thrown, at })
  }
}

const refusal = (
  { alarm }: RotatingPorts,
  grant: Grant,
  refused: Refused & { at: number },
): Rotation => {
  const { scope, marksGrant, unknown, text, code } = refused.refused
  if (scope === 'transient') return { retry: passing(text, refused.failure) }
  if (scope !== 'partner')
    return { halt: new BrokerError('app_misconfigured', text, { reason: code }) }
  if (marksGrant) return { grant: dead(grant, refused), outcome: 'consent_needed' }
  if (unknown)
    alarm('unknown_entra_error', { partner: grant.partner, error: refused.failure.error })
  return { grant: refusedAtHome(grant, refused), outcome: 'degraded' }
}

const passing = (text: string, { retryAfterSeconds }: EntraFailure): BrokerError =>
  new BrokerError('upstream_unavailable', text, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })

const keep = async (ports: RotatingPorts, grant: Grant, redeemed: Redeemed): Promise<Grant> => {
  const rotated = rotatedBy(redeemed)
  if (!rotated) {
    ports.alarm('no_refresh_token', { partner: grant.partner })
    return grant
  }
  await ports.takeSlot()
  return sealRotated(ports, grant, rotated)
}

type Answer = Awaited<ReturnType<ProbePartnerCenter>> | 'probe_unanswered'

// A new refresh token is not given up because Partner Center does not answer.
const asked = async (
  { probePartnerCenter }: RotatingPorts,
  question: Parameters<ProbePartnerCenter>[0],
): Promise<Answer> => {
  try {
    return await probePartnerCenter(question)
  } catch {
    return 'probe_unanswered'
  }
}

const probed = (
  { allowUnprovenMfa, cycleMs, now }: RotatingPorts,
  grant: Grant,
  answer: Answer,
): { grant: Grant; outcome?: 'degraded' } => {
  const at = now()
  if (answer === 'proven' || (answer === 'mfa_unproven' && allowUnprovenMfa)) {
    return { grant: sound(grant, at) }
  }
  if (answer === 'probe_unanswered' || answer === 'mfa_unproven') {
    if (grant.degraded || !isLongUnproven(grant, at, cycleMs)) return { grant: unproven(grant, at) }
    const trouble = { reason: answer, whoMustAct: 'operator' as const, at }
    return { grant: worse(grant, trouble), outcome: 'degraded' }
  }
  const trouble = { reason: answer, whoMustAct: 'partner_admin' as const, at }
  return { grant: worse(grant, trouble), outcome: 'degraded' }
}

// The sealed token of this one grant is absent or another's: nothing of it is used, and the operator
// must look. A closed list, so that a fault of our own never speaks ill of a grant.
const faultsOfGrant = new Set([
  'sealed_token_absent',
  'seal_mismatch',
  'token_owner_mismatch',
  'token_owner_unknown',
])

const fault = (
  { alarm }: RotatingPorts,
  grant: Grant,
  { thrown, at }: { thrown: unknown; at: number },
): Rotation => {
  const error = asBrokerError(thrown)
  if (isTransient(error)) return { retry: error }
  if (error.code === 'app_misconfigured') return { halt: error }
  const { reason } = error.detail
  if (reason === undefined || !faultsOfGrant.has(reason)) throw thrown
  alarm(reason, { partner: grant.partner })
  return { grant: worse(grant, { reason, whoMustAct: 'operator', at }), outcome: 'degraded' }
}
