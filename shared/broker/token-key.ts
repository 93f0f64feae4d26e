import type { GenerationRequest } from './issue-token.ts'

/** Application and cloud that every token of this process belongs to. */
export type TokenOrigin = { app: string; authorityHost: string }

type KeyParts = Pick<
  GenerationRequest,
  'partner' | 'customer' | 'audience' | 'scopes' | 'generation'
>

/** Holds every dimension that changes the answer; as JSON its parts cannot run into one another. */
export const tokenKey = (
  { app, authorityHost }: TokenOrigin,
  { partner, customer, audience, scopes, generation }: KeyParts,
): string =>
  JSON.stringify([app, authorityHost, partner, customer ?? '', audience, scopes, generation])

/** The same for one redemption, which a claims challenge changes too. */
export const mintKey = (origin: TokenOrigin, request: GenerationRequest): string =>
  JSON.stringify([tokenKey(origin, request), request.challenge ?? ''])
