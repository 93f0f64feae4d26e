import type { LocalRequest } from '../kit/part.ts'
import type { AuthenticatedClient } from './client-authentication.ts'

/** A request to the token endpoint whose client has proven itself. */
export type TokenRequest = {
  request: LocalRequest
  /** Path segment: a tenant, `common` or `organizations`. */
  authority: string
  asker: AuthenticatedClient
}
