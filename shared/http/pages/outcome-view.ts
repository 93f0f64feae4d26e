import type { AudienceView } from './audiences.ts'
import type { AppView, PartnerView } from './invitation-page.ts'
import type { OperatorView } from './layout.ts'

/** A consent that was proven and stored. */
export type ConsentedView = OperatorView & {
  kind: 'consented'
  partner: PartnerView
  audiences: AudienceView[]
  /** The account that signed in, by name or object id. */
  consentedBy?: string | undefined
  consentedAt?: number | undefined
  endsAt: number
  renewUrl: string
  app?: AppView | undefined
  correlationId?: string | undefined
}

/** What a refusal may tell beside its kind; each has a label in the catalogue. */
export type RefusalDetail =
  | 'invitedTenant'
  | 'usedTenant'
  | 'homeTenant'
  | 'audience'
  | 'errorCode'
  | 'signedInAccount'
  | 'tokenAccount'

type Details = {
  /** `errorCode` is Microsoft's, such as `AADSTS50020`. */
  signin_error: { errorCode?: string | undefined }
  wrong_tenant: { invitedTenant: string; usedTenant: string }
  guest: { invitedTenant: string; homeTenant?: string | undefined }
  audience_refused: { audience: string; errorCode?: string | undefined }
  account_mismatch: { signedInAccount?: string | undefined; tokenAccount?: string | undefined }
}

type PlainKind =
  | 'invitation_unknown'
  | 'invitation_expired'
  | 'invitation_used'
  | 'attempt_unknown'
  | 'other_browser'
  | 'signin_cancelled'
  | 'id_token_invalid'
  | 'no_refresh_token'
  | 'not_an_agent'
  | 'mfa_missing'
  | 'mfa_unproven'
  | 'interrupted'
  | 'in_progress'
  | 'superseded'
  | 'revoked'
  | 'unavailable'
  | 'cross_site'
  | 'not_yours'
  | 'not_renewable'

/** A sign-in that left no consent, or not yet. */
export type RefusalView = OperatorView & {
  correlationId: string
  /** Where to try again, when that can help. */
  retryUrl?: string | undefined
  /** Where to go back to, when the sign-in was begun there. */
  ownPageUrl?: string | undefined
} & (
    | { [K in PlainKind]: { kind: K } }[PlainKind]
    | { [K in keyof Details]: { kind: K } & Details[K] }[keyof Details]
  )

export type OutcomeView = ConsentedView | RefusalView

/** What a wording may use of a refusal. */
export type RefusalFacts = { operatorName: string } & {
  [D in RefusalDetail]?: string | undefined
}

/** The plain words of one refusal. */
export type Refusal = {
  title: string
  /** What happened, and why that is refused. */
  what: string
  /** Who must act. */
  who: string
  /** What they must do, in order. */
  next: string[]
  /** What became of any consent. */
  stored: string
}

/** The words of every refusal. */
export type RefusalWords = Record<RefusalView['kind'], (facts: RefusalFacts) => Refusal>
