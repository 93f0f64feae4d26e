import { attemptIdOf, type Attempt, type AttemptKind } from './attempt.ts'
import { completeAttempt, kindOf, type CompletingPorts } from './complete-attempt.ts'
import { consented, faultOutcome } from './complete-consent.ts'
import type { ConsentOutcome } from './consent-outcome.ts'
import { sha256Hex } from './invitation.ts'
import { sameHash } from './open-invitation.ts'
import type { Rows, Stored } from './rows.ts'
import type { EntraAnswer } from './signed-in.ts'

export type CallbackPorts = CompletingPorts & {
  attempts: Pick<Rows<Attempt>, 'read' | 'replace'>
  /** Told of every sign-in that was decided: what came of it, and for whom. */
  onOutcome: (outcome: ConsentOutcome, facts: OutcomeFacts) => void
  /** Waits that many milliseconds. */
  wait: (ms: number) => Promise<void>
}

export type OutcomeFacts = {
  kind: AttemptKind
  partner: string
  /** Empty where no invitation stands behind it. */
  invitation: string
  correlationId: string
}

export type Callback = {
  state: string
  /** The cookie's value; absent when the browser sent none. */
  browser?: string
  answer: EntraAnswer
  correlationId: string
}

// A callback that is repeated while the first one runs waits this long for its outcome.
const pollMs = 500
const polls = 30
// No callback runs this long: it died, and its code is spent.
const abandonedMs = 120_000

/**
 * Answers Entra's return to the browser that started: the first callback of an attempt decides,
 * every later one shows the same outcome and does nothing.
 */
export const answerCallback = async (
  ports: CallbackPorts,
  callback: Callback,
): Promise<ConsentOutcome> => {
  const stored = await ports.attempts.read(attemptIdOf(callback.state))
  if (!stored || !sameHash(stored.value.stateHash, sha256Hex(callback.state))) {
    return { kind: 'attempt_unknown' }
  }
  // Decided before anything changes: another browser cannot use the attempt up.
  if (!isSameBrowser(stored.value, callback.browser)) return { kind: 'other_browser' }
  const outcome =
    stored.value.status === 'open'
      ? await take(ports, stored, callback)
      : await outcomeOfFirst(ports, stored.value, polls)
  return withWayBack(outcome, kindOf(stored.value))
}

// Whoever is refused there must find back to her own page; an invitation only she has.
const withWayBack = (outcome: ConsentOutcome, kind: AttemptKind): ConsentOutcome =>
  kind === 'consent' || outcome.kind === 'consented' || outcome.kind === 'signed_in'
    ? outcome
    : { ...outcome, begunAt: 'own_page' }

const isSameBrowser = ({ browserHash }: Attempt, browser: string | undefined): boolean =>
  browser !== undefined && sameHash(browserHash, sha256Hex(browser))

const take = async (
  ports: CallbackPorts,
  { value: attempt, etag }: Stored<Attempt>,
  { answer, correlationId }: Callback,
): Promise<ConsentOutcome> => {
  if (ports.now() >= attempt.expiresAt) return { kind: 'attempt_unknown' }
  const taken: Attempt = { ...attempt, status: 'redeeming', takenAt: ports.now() }
  const written = await ports.attempts.replace(taken, etag)
  if (written === 'changed') return outcomeOfFirst(ports, attempt, polls)
  const outcome = await completeAttempt(ports, { attempt, answer, correlationId }).catch(
    (thrown: unknown) => outcomeOfFault(ports, attempt, thrown),
  )
  const { partner, invitation } = attempt
  const shown = withoutSession(outcome)
  ports.onOutcome(shown, { kind: kindOf(attempt), partner, invitation, correlationId })
  await keepOutcome(ports, { value: taken, etag: written.etag }, shown)
  return outcome
}

// The session's secret is the browser's alone: it is told once and kept nowhere.
const withoutSession = (outcome: ConsentOutcome): ConsentOutcome =>
  outcome.kind === 'signed_in' ? { kind: 'signed_in' } : outcome

// The fault may have come after the grant was written, or have taken only the answer to that write.
const outcomeOfFault = async (
  { grants }: CallbackPorts,
  attempt: Attempt,
  thrown: unknown,
): Promise<ConsentOutcome> => {
  const grant = await grants.read(attempt.partner).catch(() => undefined)
  return grant?.value.attempt === attempt.id ? consented(grant.value) : faultOutcome(thrown)
}

// What the sign-in needed is of no more use. Should this write fail, the grant still tells.
const keepOutcome = async (
  { attempts }: CallbackPorts,
  { value, etag }: Stored<Attempt>,
  outcome: ConsentOutcome,
): Promise<void> => {
  const done: Attempt = {
    ...value,
    status: 'done',
    nonce: '',
    codeVerifier: '',
    outcome: JSON.stringify(outcome),
  }
  await attempts.replace(done, etag).catch(() => 'changed')
}

const outcomeOfFirst = async (
  ports: CallbackPorts,
  attempt: Attempt,
  left: number,
): Promise<ConsentOutcome> => {
  if (attempt.outcome !== undefined) return parseOutcome(attempt.outcome)
  const grant = await ports.grants.read(attempt.partner)
  if (grant?.value.attempt === attempt.id) return consented(grant.value)
  const age = ports.now() - (attempt.takenAt ?? ports.now())
  if (age >= abandonedMs) return { kind: 'interrupted' }
  if (left === 0) return { kind: 'in_progress' }
  await ports.wait(pollMs)
  const stored = await ports.attempts.read(attempt.id)
  return stored ? outcomeOfFirst(ports, stored.value, left - 1) : { kind: 'attempt_unknown' }
}

const parseOutcome = (text: string): ConsentOutcome => JSON.parse(text)
