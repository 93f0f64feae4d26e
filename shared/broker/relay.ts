import { findAudience } from './audience.ts'
import { answerCallback, type Callback, type CallbackPorts } from './answer-callback.ts'
import type { ConsentOutcome } from './consent-outcome.ts'
import type { Invitation } from './invitation.ts'
import type { StartedSignIn } from './begin-attempt.ts'
import { openInvitation, type ClosedInvitation } from './open-invitation.ts'
import type { PartnerRelay } from './partner/partner-relay.ts'
import { partnerDesk, type PartnerPorts } from './partner/partner-desk.ts'
import { startApproval, type ApprovingPorts } from './start-approval.ts'
import {
  provenAudiences,
  startSignIn,
  type SignInRequest,
  type StartingPorts,
} from './start-sign-in.ts'

/** What the invitation page shows. Times in milliseconds since the epoch. */
export type InvitationFacts = {
  kind: 'open'
  partner: string
  displayName?: string | undefined
  code: string
  audiences: { resource: string; permissions: string[] }[]
  consentTermDays: number
  expiresAt: number
  app: { displayName: string; clientId: string }
  /** Addresses from which Microsoft is called. */
  addresses: string[]
}

/**
 * All that the onboarding app may ask of the broker. It decides nothing itself: it shows the facts,
 * keeps the browser's cookie and hands over what came back.
 */
export type Relay = PartnerRelay & {
  invitation: (request: { link: string }) => Promise<InvitationFacts | ClosedInvitation>
  signIn: (
    request: SignInRequest,
  ) => Promise<({ kind: 'started' } & StartedSignIn) | ClosedInvitation>
  /** Where an administrator approves the application for the tenant. */
  approval: (request: {
    link: string
  }) => Promise<{ kind: 'approval'; address: string } | ClosedInvitation>
  callback: (request: Callback) => Promise<ConsentOutcome>
}

export type RelayPorts = CallbackPorts &
  StartingPorts &
  ApprovingPorts &
  PartnerPorts & { shown: Pick<InvitationFacts, 'app' | 'addresses'> }

/** The broker's side of the relay. */
export const relayDesk = (ports: RelayPorts): Relay => ({
  ...partnerDesk(ports),
  invitation: async ({ link }) => {
    const result = await openInvitation(ports, link)
    return 'kind' in result ? result : factsOf(result.invitation, ports.shown)
  },
  signIn: async (request) => {
    const result = await startSignIn(ports, request)
    return 'kind' in result ? result : { kind: 'started', ...result }
  },
  approval: ({ link }) => startApproval(ports, link),
  callback: async (request) => {
    const outcome = await answerCallback(ports, request)
    return outcome.kind === 'consented' ? { ...outcome, app: ports.shown.app } : outcome
  },
})

const factsOf = (invitation: Invitation, shown: RelayPorts['shown']): InvitationFacts => ({
  kind: 'open',
  partner: invitation.partner,
  code: invitation.code,
  // Partner Center is asked for even where only others are wanted: the page must not hide it.
  audiences: provenAudiences(invitation.audiences).map((resource) => ({
    resource,
    permissions: [...(findAudience(resource)?.permissions ?? [])],
  })),
  consentTermDays: invitation.consentTermDays,
  expiresAt: invitation.expiresAt,
  ...shown,
  ...(invitation.displayName !== undefined && { displayName: invitation.displayName }),
})
