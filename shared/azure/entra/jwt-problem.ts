import { errors } from 'jose'

/** Names of checks that come after the signature has held, so that naming them tells no secret. */
const afterSignature = [errors.JWTClaimValidationFailed, errors.JWTExpired]

const badToken = [
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
]

/**
 * What jose's refusal means: the failed claim, `signature` for any bad token, or undefined when the
 * keys could not be had (which is no fault of the token).
 */
export const jwtProblem = (thrown: unknown): string | undefined => {
  for (const known of afterSignature) if (thrown instanceof known) return thrown.claim
  return badToken.some((known) => thrown instanceof known) ? 'signature' : undefined
}
