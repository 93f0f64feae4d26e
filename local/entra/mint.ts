import { importJWK, SignJWT, type JWK } from 'jose'
import * as z from 'zod'
import type { Entra } from './context.ts'
import { makePrivateJwk } from './keys.ts'

/** A token with any claims at all, for tests that attack. */
export const mintSchema = z.strictObject({
  claims: z.record(z.string(), z.unknown()),
  /** Added to, or instead of, `typ`, `alg` and `kid`. */
  header: z.record(z.string(), z.unknown()).default({}),
  /** The published key, one that is published nowhere, or no signature (`alg: none`). */
  key: z.enum(['own', 'foreign', 'none']).default('own'),
})

type Mint = z.infer<typeof mintSchema>

/** Signs what it is told to, with nothing added to the claims. */
export const mint = async (entra: Entra, { claims, header, key }: Mint): Promise<string> => {
  if (key === 'none') {
    return `${encode({ typ: 'JWT', alg: 'none', ...header })}.${encode(claims)}.`
  }
  const jwk: JWK = key === 'own' ? entra.keys.privateJwk : await makePrivateJwk()
  const alg = typeof header.alg === 'string' ? header.alg : 'RS256'
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'JWT', kid: jwk.kid ?? 'foreign', ...header, alg })
    .sign(await importJWK(jwk, alg))
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
