import { decodeJwt, type JWTPayload } from 'jose'
import * as z from 'zod'
import type { LocalRequest } from '../kit/part.ts'

/** Checks signature and expiry of an access token of local Entra; rejects when either is wrong. */
export type VerifyBearer = (token: string) => Promise<JWTPayload>

const claimsSchema = z.object({
  aud: z.union([z.string(), z.array(z.string()).transform((all) => all.join(' '))]),
  oid: z.string().default(''),
  tid: z.string().default(''),
  appid: z.string().default(''),
  amr: z.array(z.string()).default([]),
  /** Delegated scopes; absent from a token of an application. */
  scp: z.string().optional(),
})

/** The claims of an access token that the local parts decide by. */
export type Claims = z.infer<typeof claimsSchema>

/** Why a request carries no usable token. */
export type RefusedBearer = { refused: 'missing' | 'invalid' | 'audience'; detail: string }

type Expected = { audience: string; verifyBearer: VerifyBearer }

/** The verified claims of a request's bearer token, when it was issued for `audience`. */
export const authenticate = async (
  request: LocalRequest,
  { audience, verifyBearer }: Expected,
): Promise<{ claims: Claims } | RefusedBearer> => {
  const token = tokenOf(request)
  if (!token) return { refused: 'missing', detail: 'the request carries no bearer token' }
  try {
    const claims = claimsSchema.parse(await verifyBearer(token))
    if (claims.aud.replace(/\/$/, '') === audience) return { claims }
    return { refused: 'audience', detail: printable(`expected ${audience}, found ${claims.aud}`) }
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unreadable'
    return { refused: 'invalid', detail: printable(detail) }
  }
}

/** The claims as the token states them, unverified: good for records, never for a decision. */
export const statedClaims = (request: LocalRequest): Claims | undefined => {
  try {
    return claimsSchema.parse(decodeJwt(tokenOf(request) ?? ''))
  } catch {
    return undefined
  }
}

// The detail goes into header lines.
const printable = (text: string): string => text.replaceAll(/[^ -~]+/g, ' ')

const tokenOf = (request: LocalRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
