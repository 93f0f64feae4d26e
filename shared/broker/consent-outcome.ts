/** A consent that was proven and stored. */
export type Consented = {
  kind: 'consented'
  partner: string
  displayName?: string
  /** Resource addresses. */
  audiences: string[]
  /** Name of the account that signed in, as Microsoft shows it. */
  consentedBy?: string
  /** Milliseconds since the epoch; absent from outcomes that were kept before it was told. */
  consentedAt?: number
  /** End of the consent term, milliseconds since the epoch. */
  endsAt: number
  /** The application as Microsoft shows it; absent from a broker that is older than the page. */
  app?: { displayName: string; clientId: string }
}

/** Why a sign-in left no consent; nothing was stored and an earlier consent stays as it is. */
export type ConsentRefusal =
  | { kind: PlainRefusal }
  | SelfServiceRefusal
  | { kind: 'signin_error'; errorCode?: string }
  | { kind: 'wrong_tenant'; invitedTenant: string; usedTenant: string }
  | { kind: 'guest'; invitedTenant: string; homeTenant?: string }
  | { kind: 'audience_refused'; audience: string; errorCode?: string }
  | { kind: 'account_mismatch'; signedInAccount?: string; tokenAccount?: string }

type PlainRefusal =
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

/**
 * `not_yours`: there is no grant, or she neither consented nor administers that tenant; one answer, so
 * that it is no oracle. `not_renewable`: only a new invitation of the operator onboards again.
 */
export type SelfServiceRefusal = { kind: 'not_yours' } | { kind: 'not_renewable' }

/** A sign-in to a partner's own pages. The session is in the first answer only, and stored nowhere. */
export type SignedInToPages = { kind: 'signed_in'; session?: string }

/** `own_page`: the sign-in was begun from the partner's own pages, so that she may go back there. */
export type BegunAt = { begunAt?: 'own_page' }

export type ConsentOutcome = Consented | SignedInToPages | (ConsentRefusal & BegunAt)

/** `AADSTS50020` from the numbers of an answer; undefined when there are none. */
export const aadsts = (errorCodes: readonly number[]): string | undefined =>
  errorCodes[0] === undefined ? undefined : `AADSTS${errorCodes[0]}`
