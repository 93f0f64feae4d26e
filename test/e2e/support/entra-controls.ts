import * as z from 'zod'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { control } from './own-partner.ts'

type Entra = Pick<StackFacts, 'entra'>

/** How the next token answer of a tenant differs from the true one. */
export type NextAnswer = {
  tenant: string
  grant_type: 'authorization_code' | 'refresh_token'
  clientInfo?: { uid: string; utid: string } | null
  omitRefreshToken?: true
  idTokenClaims?: Record<string, unknown>
  /** Life of the access token, seconds. */
  expiresIn?: number
  /** How many answers differ; one without it. */
  times?: number
}

/** Orders the next token answer of a tenant to be another than it would be. */
export const orderNext = ({ entra }: Entra, next: NextAnswer): Promise<unknown> =>
  control(`${entra}/_local/next`, next)

/** A token with just these claims, signed by Entra's key, by another, or not at all. */
export const mint = async (
  { entra }: Entra,
  request: { claims: object; key?: 'own' | 'foreign' | 'none'; header?: object },
): Promise<string> =>
  z.object({ token: z.string() }).parse(await control(`${entra}/_local/mint`, request)).token

/** The claims of a token, unverified. */
export const claimsOf = (token: string): Record<string, unknown> => {
  const [, payload = ''] = token.split('.')
  const text = Buffer.from(payload, 'base64url').toString('utf8')
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
}
