import type { Caller } from './caller.ts'

/** One request for a token, as read from the wire and with a proven caller. */
export type IssueRequest = TokenTarget &
  Wishes & {
    caller: Caller
    purpose?: string
    /** The caller's address as the trusted proxies saw it. */
    address?: string
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

/** What the caller wants of the token beside its target. */
export type Wishes = {
  /** How long the token must still live. */
  minLifeMs?: number
  /** A claims challenge to relay, as canonical JSON text. */
  challenge?: string
}

/** An access token; times in milliseconds since the epoch. */
export type AccessToken = {
  accessToken: string
  expiresAt: number
  /** Space-separated, as Entra granted them. */
  scope: string
  /** Generation of the grant that it came from. */
  generation: number
  /** Why an older, still valid token is served: refreshing it failed. */
  warning?: string
}

export type IssuedToken = AccessToken & {
  permission: string
  purpose: string
  /** What permissions in mode `audit` would have decided. */
  trials: string[]
}

/** Issues one token or throws a `BrokerError`. */
export type IssueToken = (request: IssueRequest) => Promise<IssuedToken>

/** What lies beneath authorization; `asker` only counts against a budget and never decides. */
export type ObtainRequest = TokenTarget & Wishes & { asker: string; correlationId: string }

/** A token for a target, whoever asked. */
export type ObtainToken = (request: ObtainRequest) => Promise<AccessToken>

export type GenerationRequest = ObtainRequest & { generation: number }

/** Like `ObtainToken`, once it is known which generation of the grant must answer. */
export type TokenOfGeneration = (request: GenerationRequest) => Promise<AccessToken>
