import { attemptIdOf, attemptLifetimeMs, type Attempt } from './attempt.ts'
import { randomSecret, sha256Hex } from './invitation.ts'
import type { Rows } from './rows.ts'
import type { SignInAddress } from './sign-in.ts'

export type BeginningPorts = {
  attempts: Pick<Rows<Attempt>, 'add'>
  signInAddress: SignInAddress
  now: () => number
}

/** `browser` is the value of the cookie, kept by us only as its hash; `attempt` names the cookie. */
export type StartedSignIn = { address: string; attempt: string; browser: string }

export type ToBegin = Required<Pick<Attempt, 'kind'>> &
  Pick<Attempt, 'partner' | 'invitation' | 'termDays' | 'seenRevocation'> & {
    /** Permissions of resources; none where only the person matters. */
    scopes: string[]
    /** Milliseconds since the epoch; now, unless it must count as later. */
    startedAt?: number
  }

/** Begins one sign-in at the partner's tenant. */
export const beginAttempt = async (
  { attempts, signInAddress, now }: BeginningPorts,
  { scopes, startedAt = now(), ...about }: ToBegin,
): Promise<StartedSignIn> => {
  const [state, browser, nonce, codeVerifier] = [1, 2, 3, 4].map(() => randomSecret())
  if (!state || !browser || !nonce || !codeVerifier) throw new Error('no randomness')
  await attempts.add({
    v: 1,
    id: attemptIdOf(state),
    stateHash: sha256Hex(state),
    browserHash: sha256Hex(browser),
    ...about,
    nonce,
    codeVerifier,
    startedAt,
    expiresAt: startedAt + attemptLifetimeMs,
    status: 'open',
  })
  const address = await signInAddress({
    tenant: about.partner,
    scopes,
    state,
    nonce,
    codeVerifier,
  })
  return { address, attempt: attemptIdOf(state), browser }
}
