import type { Revoked } from '../../broker/revoke.ts'
import { effectiveWithinMs, type TokensAlive } from '../../broker/tokens-alive.ts'

/** What still works after a revocation; without `until`: until somebody else ends it. */
export type StillLives = {
  what: 'access_tokens' | 'sealed_refresh_token' | 'microsoft_sessions'
  until?: string
  latestOnRecord?: string
  detail: string
}

/** What became of a revocation, what still lives and until when, and what to do next. */
export const revokedView = (revoked: Revoked, alive: TokensAlive) => ({
  status: 'revoked',
  generation: revoked.generation,
  revokedAt: iso(revoked.revokedAt),
  effectiveWithinSeconds: effectiveWithinMs / 1000,
  finished: revoked.isFinished,
  stillLives: [
    tokensView(alive),
    ...(revoked.generation > 0 ? [sealedView(revoked), sessionsView] : []),
  ],
  next: nextSteps(revoked),
})

const tokensView = ({ until, latestOnRecord, isRecordRead }: TokensAlive): StillLives => ({
  what: 'access_tokens',
  until: iso(until),
  ...(latestOnRecord !== undefined && { latestOnRecord: iso(latestOnRecord) }),
  detail: isRecordRead
    ? 'Tokens that callers hold already are good at Microsoft until they expire: 60 to 90 minutes as a rule, up to 28 hours where a claims challenge was relayed. latestOnRecord is the longest-lived one on record; other instances may still hand out tokens for effectiveWithinSeconds.'
    : 'Tokens that callers hold already are good at Microsoft until they expire. The record could not be read, so this is the longest that any may live.',
})

const longestSoftDeleteMs = 90 * 24 * 3600_000

const sealedView = ({ revokedAt, sealedTokenDeleted }: Revoked): StillLives =>
  sealedTokenDeleted
    ? {
        what: 'sealed_refresh_token',
        until: iso(revokedAt + longestSoftDeleteMs),
        detail:
          "The sealed refresh token is soft-deleted: the vault's administrators can recover it for the vault's soft-delete time (7 to 90 days, 90 unless set otherwise). The broker does not use it any more.",
      }
    : {
        what: 'sealed_refresh_token',
        detail:
          'The sealed refresh token is still in the vault, or was put away before. The broker does not use it any more.',
      }

const sessionsView: StillLives = {
  what: 'microsoft_sessions',
  detail:
    "The refresh token itself is good at Microsoft, for whoever could unseal it, until the partner revokes the account's sessions or removes the application from its tenant.",
}

const nextSteps = ({ isFinished, generation }: Revoked): string[] => [
  ...(isFinished
    ? []
    : ['Revoke again: every instance stops, but the grant could not be put away yet.']),
  ...(generation > 0
    ? [
        "Ask the partner's administrator to revoke the sessions of the account that consented, or to remove the application from its tenant.",
      ]
    : []),
  'To onboard the partner again, make a new invitation (POST /manage/partners/{partner}/reinvite): invitations and sign-ins from before are void.',
]

const iso = (time: number): string => new Date(time).toISOString()
