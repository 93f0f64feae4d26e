import type { Grant } from './grant.ts'

/** What the sealing of a refresh token is bound to; its protected header is made of nothing else. */
export type SealContext = Pick<Grant, 'app' | 'partner' | 'generation'> & { kid: string }

/**
 * The protected header (RFC 7516 section 4.1) as its exact bytes. Unsealing rebuilds it from the
 * row and compares: a sealed token moved to another partner or generation does not open.
 */
export const protectedHeader = ({ app, partner, generation, kid }: SealContext): string =>
  JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid, v: 1, app, partner, generation })

/** Seals with the public half of the newest vault key and says which version that was. */
export type SealToken = (
  token: string,
  context: Omit<SealContext, 'kid'>,
) => Promise<{ sealed: string; kid: string }>

/** Opens what `SealToken` made; throws `internal` when it was made for something else. */
export type UnsealToken = (sealed: string, context: SealContext) => Promise<string>

/** The secrets of the vault that hold sealed refresh tokens. */
export type SealedTokens = {
  /** Writes a new version and gives its id. */
  write: (name: string, sealed: string) => Promise<string>
  /** `undefined` only when that version does not exist. */
  read: (name: string, version: string) => Promise<string | undefined>
  /** Soft-deletes the whole secret; an absent one is no error. */
  remove: (name: string) => Promise<void>
}
