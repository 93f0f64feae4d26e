/** What Entra's token endpoint refused, as values to classify (`classify-entra-failure.ts`). */
export type EntraFailure = {
  /** 0 when there was no answer in time. */
  status: number
  error: string
  suberror?: string
  errorCodes: number[]
  /** A claims challenge (JSON text), for the caller to hand back. */
  claims?: string
  retryAfterSeconds?: number
}

/** Whose account a token belongs to at home: `client_info` of Entra's answer. */
export type HomeAccount = { objectId: string; tenant: string }

/** What one redemption gave. Times are lengths in seconds from `at`. */
export type Redeemed = {
  accessToken: string
  expiresInSeconds: number
  /** Space-separated, as Entra granted them. */
  scope: string
  /** The new refresh token; absent when Entra gave none. */
  refreshToken?: string
  /** How long the new refresh token lives, where Entra says so: mostly it does not. */
  refreshTokenExpiresInSeconds?: number
  /** Absent when Entra did not say; then the token must not be used. */
  account?: HomeAccount
  /** Milliseconds since the epoch, taken before the request was sent. */
  at: number
}

export type Redemption = { redeemed: Redeemed } | { failure: EntraFailure }

/** Redeems a refresh token at one tenant for the scopes of one audience (RFC 6749 section 6). */
export type RedeemRefreshToken = (request: {
  refreshToken: string
  /** Whose consent it is. */
  partner: string
  /** Partner's or customer's tenant id. */
  tenant: string
  scopes: string[]
  /** A claims challenge to relay, as JSON text. */
  claims?: string
  correlationId: string
}) => Promise<Redemption>
