import * as z from 'zod'

const claims = z.record(z.string(), z.unknown())

/** How a coming token answer differs from the true one; `match`ed by grant type and tenant. */
export const nextAnswerSchema = z.strictObject({
  grant_type: z.string().optional(),
  tenant: z.string().optional(),
  /** Another person's, or null for none at all. */
  clientInfo: z.object({ uid: z.string(), utid: z.string() }).nullable().optional(),
  omitRefreshToken: z.literal(true).optional(),
  /** Claims to change; null takes one away. */
  idTokenClaims: claims.optional(),
  accessTokenClaims: claims.optional(),
  /** Seconds. */
  expiresIn: z.int().optional(),
  times: z.int().positive().default(1),
})

export type NextAnswer = z.infer<typeof nextAnswerSchema>

/** Changes that a test ordered for the next token answers. */
export const createNextAnswers = () => {
  const ordered: NextAnswer[] = []
  return {
    order: (answer: NextAnswer) => void ordered.push({ ...answer }),
    clear: () => void ordered.splice(0),
    take: (grantType: string, tenant: string): NextAnswer | undefined => {
      const next = ordered.find(
        (one) =>
          one.times > 0 &&
          (one.grant_type ?? grantType) === grantType &&
          (one.tenant ?? tenant).toLowerCase() === tenant,
      )
      if (next) next.times--
      return next
    },
  }
}

export type NextAnswers = ReturnType<typeof createNextAnswers>

/** `claims` with the ordered changes; null takes a claim away. */
export const changedClaims = (
  original: Record<string, unknown>,
  changes: Record<string, unknown> = {},
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...original, ...changes }).filter(([, value]) => value !== null),
  )
