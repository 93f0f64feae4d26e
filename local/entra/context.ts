import type { Directory } from '../directory.ts'
import type { Codes } from './codes.ts'
import type { Keys } from './keys.ts'
import type { NextAnswers } from './next-answers.ts'
import type { Records } from './records.ts'
import type { RefreshTokens } from './refresh-tokens.ts'

/** What every endpoint of the local Entra works with. */
export type Entra = {
  /** Base address without a trailing slash; known once the server listens. */
  address: string
  directory: Directory
  keys: Keys
  records: Records
  refreshTokens: RefreshTokens
  codes: Codes
  next: NextAnswers
  nowMs: () => number
}

/** The issuer of v2.0 tokens of a tenant. */
export const issuerOf = (entra: Entra, tenant: string): string => `${entra.address}/${tenant}/v2.0`

/** The issuer of v1.0 tokens of a tenant: Microsoft's own name, since their readers check it. */
export const v1IssuerOf = (tenant: string): string => `https://sts.windows.net/${tenant}/`
