import type { BrokerError } from '../broker/broker-error.ts'
import { answerHeaders, withHeaders, type Answer, type Correlation } from './correlation.ts'
import { wire } from './wire.ts'

type Problem = { status: number; code: string; detail: string; field?: string }

/** An error of the management API (RFC 9457). */
export const problem = (
  { status, code, detail, field }: Problem,
  correlation: Correlation,
): Answer => ({
  status,
  headers: { ...answerHeaders(correlation), 'content-type': 'application/problem+json' },
  body: JSON.stringify({
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    detail,
    code,
    ...(field !== undefined && { field }),
    correlation_id: correlation.correlationId,
  }),
})

/** The same for anything that the broker refused. */
export const brokerProblem = (error: BrokerError, correlation: Correlation): Answer => {
  const { status, retryable } = wire[error.code]
  const { field, retryAfterSeconds, claims } = error.detail
  const answer = problem(
    { status, code: error.code, detail: error.message, ...(field !== undefined && { field }) },
    correlation,
  )
  return withHeaders(answer, {
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="token broker"' }),
    ...(claims !== undefined && { 'www-authenticate': claimsChallenge(claims) }),
    ...(retryable && { 'retry-after': String(retryAfterSeconds ?? 5) }),
  })
}

// As Entra's SDKs read it (Microsoft identity platform, claims challenges).
const claimsChallenge = (claims: string): string =>
  `Bearer realm="token broker", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
