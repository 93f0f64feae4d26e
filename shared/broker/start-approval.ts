import { openInvitation, type ClosedInvitation, type OpeningPorts } from './open-invitation.ts'
import { consentScopes } from './start-sign-in.ts'

/** The address of Entra at which an administrator approves the application for the whole tenant. */
export type ApprovalAddress = (request: { tenant: string; scopes: string[] }) => string

export type ApprovingPorts = OpeningPorts & { approvalAddress: ApprovalAddress }

/**
 * Where an administrator approves the application, so that the agent who signs in afterwards need not
 * be one. Stores nothing; the invitation stays open.
 */
export const startApproval = async (
  ports: ApprovingPorts,
  link: string,
): Promise<{ kind: 'approval'; address: string } | ClosedInvitation> => {
  const result = await openInvitation(ports, link)
  if ('kind' in result) return result
  const { partner, audiences } = result.invitation
  const scopes = consentScopes(audiences)
  return { kind: 'approval', address: ports.approvalAddress({ tenant: partner, scopes }) }
}
