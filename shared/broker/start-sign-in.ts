import { findAudience, partnerCenter } from './audience.ts'
import { beginAttempt, type BeginningPorts, type StartedSignIn } from './begin-attempt.ts'
import { openInvitation, type ClosedInvitation, type OpeningPorts } from './open-invitation.ts'

export type StartingPorts = OpeningPorts & BeginningPorts

export type SignInRequest = {
  link: string
  /** The consent term that the partner chose; a longer one than the invitation's does not count. */
  termDays?: number
}

/** Starts one sign-in from an open invitation. The invitation stays open. */
export const startSignIn = async (
  ports: StartingPorts,
  { link, ...chosen }: SignInRequest,
): Promise<StartedSignIn | ClosedInvitation> => {
  const result = await openInvitation(ports, link)
  if ('kind' in result) return result
  const { id, partner, audiences } = result.invitation
  const scopes = consentScopes(audiences)
  return beginAttempt(ports, { kind: 'consent', partner, invitation: id, scopes, ...chosen })
}

/** The audiences that a consent is proven on: Partner Center always, since only it tells of MFA. */
export const provenAudiences = (wanted: readonly string[]): string[] => [
  ...new Set([partnerCenter, ...wanted]),
]

/** Every permission that a consent to these audiences asks for. */
export const consentScopes = (wanted: readonly string[]): string[] =>
  provenAudiences(wanted).flatMap((resource) =>
    (findAudience(resource)?.permissions ?? []).map((permission) => `${resource}/${permission}`),
  )
