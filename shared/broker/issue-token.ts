import type { Caller } from './caller.ts'

/** One request for a token, as read from the wire and with a proven caller. */
export type IssueRequest = TokenTarget & {
  caller: Caller
  purpose?: string
  correlationId: string
}

/** Everything that changes which token answers. */
export type TokenTarget = {
  /** Tenant ids. */
  partner: string
  customer?: string
  /** Resource address of the one audience. */
  audience: string
  /** Full scope values, sorted. */
  scopes: string[]
}

/** An access token; times in milliseconds since the epoch. */
export type AccessToken = {
  accessToken: string
  expiresAt: number
  /** Space-separated, as Entra granted them. */
  scope: string
  /** Generation of the grant that it came from. */
  generation: number
}

export type IssuedToken = AccessToken & { permission: string; purpose: string }

/** Issues one token or throws a `BrokerError`. */
export type IssueToken = (request: IssueRequest) => Promise<IssuedToken>

/** What lies beneath authorization: a token for a target, no matter who asked. */
export type ObtainToken = (request: TokenTarget & { correlationId: string }) => Promise<AccessToken>

/** Like `ObtainToken`, once it is known which generation of the grant must answer. */
export type TokenOfGeneration = (
  request: TokenTarget & { correlationId: string; generation: number },
) => Promise<AccessToken>
