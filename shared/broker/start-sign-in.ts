import { findAudience, partnerCenter } from './audience.ts'
import { attemptIdOf, attemptLifetimeMs, type Attempt } from './attempt.ts'
import { randomSecret, sha256Hex, type Invitation } from './invitation.ts'
import { openInvitation, type OpenedInvitation } from './open-invitation.ts'
import type { Revocation } from './revocation.ts'
import type { Rows } from './rows.ts'
import type { SignInAddress } from './sign-in.ts'

export type StartingPorts = {
  invitations: Pick<Rows<Invitation>, 'read'>
  revocations: Pick<Rows<Revocation>, 'read'>
  attempts: Pick<Rows<Attempt>, 'add'>
  signInAddress: SignInAddress
  now: () => number
}

/** `browser` is the value of the cookie, kept by us only as its hash; `attempt` names the cookie. */
export type StartedSignIn = { address: string; attempt: string; browser: string }

/** Starts one sign-in from an open invitation. The invitation stays open. */
export const startSignIn = async (
  ports: StartingPorts,
  link: string,
): Promise<StartedSignIn | Exclude<OpenedInvitation, { invitation: Invitation }>> => {
  const result = await openInvitation(ports, link)
  if ('kind' in result) return result
  const { id, partner, audiences } = result.invitation
  const [state, browser, nonce, codeVerifier] = [1, 2, 3, 4].map(() => randomSecret())
  if (!state || !browser || !nonce || !codeVerifier) throw new Error('no randomness')
  const startedAt = ports.now()
  await ports.attempts.add({
    v: 1,
    id: attemptIdOf(state),
    stateHash: sha256Hex(state),
    browserHash: sha256Hex(browser),
    invitation: id,
    partner,
    nonce,
    codeVerifier,
    startedAt,
    expiresAt: startedAt + attemptLifetimeMs,
    status: 'open',
  })
  const scopes = signInScopes(audiences)
  const address = await ports.signInAddress({ tenant: partner, scopes, state, nonce, codeVerifier })
  return { address, attempt: attemptIdOf(state), browser }
}

/** The audiences that a consent is proven on: Partner Center always, since only it tells of MFA. */
export const provenAudiences = (wanted: readonly string[]): string[] => [
  ...new Set([partnerCenter, ...wanted]),
]

const signInScopes = (wanted: readonly string[]): string[] =>
  provenAudiences(wanted).flatMap((resource) =>
    (findAudience(resource)?.permissions ?? []).map((permission) => `${resource}/${permission}`),
  )
