import type { StartedSignIn } from '../begin-attempt.ts'
import type { PartnerFacts } from './partner-facts.ts'

/** Why a partner's own page did nothing. */
export type PartnerRefusal = {
  kind: 'signed_out' | 'form_expired' | 'confirmation_wrong' | 'not_renewable'
}

export type SignedOut = { kind: 'signed_out' }

/** The consent is withdrawn. Times in milliseconds since the epoch. */
export type Withdrawn = {
  kind: 'withdrawn'
  partner: string
  revokedAt: number
  /** No token that was handed out lives longer. */
  tokensAliveUntil: number
  /** False: every instance stops, but what is stored could not be put away yet. */
  isFinished: boolean
  /** What is left to remove at Microsoft; absent from a broker that is older than the page. */
  app?: PartnerFacts['app']
}

/** A form of a partner's page: the session's cookie and the form's own token. */
export type PartnerForm = { session: string; csrf: string }

export type WithdrawalForm = PartnerForm & { confirmation: string; correlationId: string }

/** What the onboarding app may ask for a partner's own pages. */
export type PartnerRelay = {
  partnerSignIn: (request: { partner: string }) => Promise<{ kind: 'started' } & StartedSignIn>
  partner: (request: { session: string }) => Promise<PartnerFacts | SignedOut>
  renew: (request: PartnerForm) => Promise<({ kind: 'started' } & StartedSignIn) | PartnerRefusal>
  withdraw: (request: WithdrawalForm) => Promise<Withdrawn | PartnerRefusal>
  signOut: (request: PartnerForm) => Promise<SignedOut | PartnerRefusal>
}
