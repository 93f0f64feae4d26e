import { expect } from 'vitest'
import type { TokenAnswer } from './ask-token.ts'

type Row = { status: number; error: string; who: string; suberror?: string; retryable?: true }

/** The error table of the token endpoint, as callers were promised it. */
const table = {
  request_malformed: { status: 400, error: 'invalid_request', who: 'caller' },
  caller_unauthenticated: { status: 401, error: 'invalid_client', who: 'caller' },
  not_permitted: {
    status: 403,
    error: 'access_denied',
    who: 'operator',
    suberror: 'not_permitted',
  },
  consent_needed: {
    status: 400,
    error: 'interaction_required',
    who: 'partner_admin',
    suberror: 'consent_required',
  },
  blocked_by_policy: { status: 400, error: 'interaction_required', who: 'partner_admin' },
  customer_consent_needed: {
    status: 400,
    error: 'interaction_required',
    who: 'operator',
    suberror: 'customer_consent_required',
  },
  customer_blocked: { status: 400, error: 'interaction_required', who: 'customer_admin' },
  audience_not_consented: { status: 400, error: 'invalid_target', who: 'partner_admin' },
  throttled: { status: 429, error: 'temporarily_unavailable', who: 'nobody', retryable: true },
  upstream_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    who: 'nobody',
    retryable: true,
  },
  app_misconfigured: { status: 500, error: 'server_error', who: 'operator' },
  internal: { status: 500, error: 'server_error', who: 'operator' },
} satisfies Record<string, Row>

export type Code = keyof typeof table

type Expected = {
  code: Code
  /** Part of the description: what happened and who must do what. */
  says: string | RegExp
  error?: string
  suberror?: string
  /** AADSTS numbers. */
  numbers?: readonly number[]
  /** Seconds. */
  retryAfter?: number
  reconsentUri?: string
  /** Entra's claims challenge, handed on. */
  claims?: string
}

// Seconds; SDKs refuse all calls of their process for as long as they are told.
const longestRetryAfter = 30

/** The answer is that row of the table, in its status, headers and every member of the body. */
export const expectRefusal = ({ status, headers, body }: TokenAnswer, expected: Expected): void => {
  const row: Row = table[expected.code]
  expect({ status, code: body.code }).toEqual({ status: row.status, code: expected.code })
  const correlationId = headers.get('x-correlation-id')
  expect(body).toEqual({
    error: expected.error ?? row.error,
    error_description: expect.any(String),
    error_uri: expect.stringMatching(new RegExp(`^https://.+#${expected.code}$`)),
    error_codes: expected.numbers ?? [],
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    correlation_id: correlationId,
    code: expected.code,
    who_must_act: row.who,
    retryable: row.retryable ?? false,
    ...suberrorOf(expected, row),
    ...(expected.reconsentUri !== undefined && { reconsent_uri: expected.reconsentUri }),
    ...(expected.claims !== undefined && { claims: expected.claims }),
  })
  expectHeaders(headers, { row, expected })
  expectDescription(body.error_description ?? '', expected)
}

const suberrorOf = (expected: Expected, row: Row) => {
  const suberror = expected.suberror ?? row.suberror
  return suberror === undefined ? {} : { suberror }
}

const expectHeaders = (headers: Headers, { row, expected }: { row: Row; expected: Expected }) => {
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('content-type')).toContain('application/json')
  expect(headers.has('www-authenticate')).toBe(row.status === 401)
  if (!row.retryable) return expect(headers.get('retry-after')).toBeNull()
  const retryAfter = Number(headers.get('retry-after'))
  expect(retryAfter).toBeGreaterThan(0)
  expect(retryAfter).toBeLessThanOrEqual(longestRetryAfter)
  if (expected.retryAfter !== undefined) expect(retryAfter).toBe(expected.retryAfter)
}

// An SDK shows its user nothing but this.
const expectDescription = (text: string, { code, says, numbers, reconsentUri }: Expected): void => {
  expect(text).toMatch(new RegExp(`^${code}: .+ Correlation ID: [0-9a-f-]{36}$`))
  if (typeof says === 'string') expect(text).toContain(says)
  else expect(text).toMatch(says)
  for (const number of numbers ?? []) expect(text).toContain(`AADSTS${number}`)
  if (reconsentUri !== undefined) expect(text).toContain(reconsentUri)
}
