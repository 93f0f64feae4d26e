import { partnerCenter } from '../audience.ts'
import { asBrokerError, BrokerError } from '../broker-error.ts'
import { isWriteBackDue, type Grant } from '../grant.ts'
import { rotatedBy, sealRotated, type SealingPorts } from '../keep-rotated.ts'
import type { ProbePartnerCenter } from '../prove-consent.ts'
import type { Redeemed } from '../redeem.ts'
import { redeemGrant, type RedeemingPorts, type Refused } from '../redeem-grant.ts'
import type { SealedTokens } from '../sealed-token.ts'
import { dead, refusedAtHome, sound, unproven, worse } from './transitions.ts'

export type RotatingPorts = RedeemingPorts &
  SealingPorts & {
    sealedTokens: Pick<SealedTokens, 'read' | 'write'>
    probePartnerCenter: ProbePartnerCenter
    /** Take a consent of whose MFA Partner Center says nothing for proven. */
    allowUnprovenMfa: boolean
    /** Waits until one secret may be written; throws `throttled` when that takes too long. */
    takeSlot: () => Promise<void>
    /** Something that a person must look at, by name; never holds a secret. */
    alarm: (name: string, facts: Record<string, string | number>) => void
    now: () => number
  }

export type RotationRequest = {
  grant: Grant
  correlationId: string
  /** Keep the new refresh token however young the old one is. */
  isForced: boolean
}

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
  let at = ports.now()
  try {
    // Before Entra is asked: who gets no slot would have redeemed for nothing.
    if (isToBeKept(ports, request)) await ports.takeSlot()
    at = ports.now()
    const scopes = [`${partnerCenter}/.default`]
    const result = await redeemGrant(ports, grant, { scopes, correlationId })
    if (!('redeemed' in result)) return refusal(ports, grant, { ...result, at })
    const kept = await keep(ports, request, { redeemed: result.redeemed, slotAt: at })
    const { accessToken } = result.redeemed
    const answer = await asked(ports, { accessToken, correlationId })
    return { outcome: 'rotated', ...probed(ports, kept, answer) }
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
  if (scope === 'transient') return { retry: new BrokerError('upstream_unavailable', text) }
  if (scope !== 'partner')
    return { halt: new BrokerError('app_misconfigured', text, { reason: code }) }
  if (marksGrant) return { grant: dead(grant, refused), outcome: 'consent_needed' }
  if (unknown)
    alarm('unknown_entra_error', { partner: grant.partner, error: refused.failure.error })
  return { grant: refusedAtHome(grant, refused), outcome: 'degraded' }
}

const isToBeKept = ({ now }: RotatingPorts, { grant, isForced }: RotationRequest): boolean =>
  isForced || isWriteBackDue(grant, now())

// Whoever Entra kept waiting for longer takes another slot: many such would write in one burst.
const slotHoldsMs = 1_500

const keep = async (
  ports: RotatingPorts,
  request: RotationRequest,
  { redeemed, slotAt }: { redeemed: Redeemed; slotAt: number },
): Promise<Grant> => {
  const { grant } = request
  const rotated = rotatedBy(redeemed)
  if (!rotated) ports.alarm('no_refresh_token', { partner: grant.partner })
  if (!rotated || !isToBeKept(ports, request)) return grant
  if (ports.now() - slotAt > slotHoldsMs) await ports.takeSlot()
  return sealRotated(ports, grant, rotated)
}

type Answer = Awaited<ReturnType<ProbePartnerCenter>> | 'unanswered'

// A new refresh token is not given up because Partner Center does not answer.
const asked = async (
  { probePartnerCenter }: RotatingPorts,
  question: Parameters<ProbePartnerCenter>[0],
): Promise<Answer> => {
  try {
    return await probePartnerCenter(question)
  } catch {
    return 'unanswered'
  }
}

const probed = (
  { allowUnprovenMfa, now }: RotatingPorts,
  grant: Grant,
  answer: Answer,
): { grant: Grant; outcome?: 'degraded' } => {
  const at = now()
  if (answer === 'proven' || (answer === 'mfa_unproven' && allowUnprovenMfa)) {
    return { grant: sound(grant, at) }
  }
  if (answer === 'unanswered' || answer === 'mfa_unproven') return { grant: unproven(grant, at) }
  const trouble = { reason: answer, whoMustAct: 'partner_admin' as const, at }
  return { grant: worse(grant, trouble), outcome: 'degraded' }
}

const transient = new Set(['throttled', 'upstream_unavailable'])

// What is left is a fault of this one grant: its sealed token is absent or another's. Nothing of it
// is used, and the operator must look.
const fault = (
  { alarm }: RotatingPorts,
  grant: Grant,
  { thrown, at }: { thrown: unknown; at: number },
): Rotation => {
  const error = asBrokerError(thrown)
  if (transient.has(error.code)) return { retry: error }
  if (error.code === 'app_misconfigured') return { halt: error }
  if (error.code !== 'internal' || error.detail.reason === undefined) throw thrown
  const { reason } = error.detail
  alarm(reason, { partner: grant.partner })
  return { grant: worse(grant, { reason, whoMustAct: 'operator', at }), outcome: 'degraded' }
}
