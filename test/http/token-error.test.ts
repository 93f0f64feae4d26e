import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { BrokerError, type BrokerErrorCode } from '../../shared/broker/broker-error.ts'
import { tokenError } from '../../shared/http/token-error.ts'
import { wire } from '../../shared/http/wire.ts'

// Section 2 of the contract, row by row: status, error, suberror, who must act, retryable.
type Row = [BrokerErrorCode, number, string, string | undefined, string, boolean]

const contract: Row[] = [
  ['request_malformed', 400, 'invalid_request', undefined, 'caller', false],
  ['caller_unauthenticated', 401, 'invalid_client', undefined, 'caller', false],
  ['not_permitted', 403, 'access_denied', 'not_permitted', 'operator', false],
  ['locked_down', 403, 'access_denied', 'lockdown', 'operator', false],
  ['grant_revoked', 403, 'access_denied', 'grant_revoked', 'operator', false],
  ['consent_needed', 400, 'interaction_required', 'consent_required', 'partner_admin', false],
  ['blocked_by_policy', 400, 'interaction_required', undefined, 'partner_admin', false],
  [
    'customer_consent_needed',
    400,
    'interaction_required',
    'customer_consent_required',
    'operator',
    false,
  ],
  ['customer_blocked', 400, 'interaction_required', undefined, 'customer_admin', false],
  ['audience_not_consented', 400, 'invalid_target', undefined, 'partner_admin', false],
  ['lifetime_unavailable', 400, 'invalid_request', 'lifetime_unavailable', 'caller', false],
  ['throttled', 429, 'temporarily_unavailable', undefined, 'nobody', true],
  ['upstream_unavailable', 503, 'temporarily_unavailable', undefined, 'nobody', true],
  ['app_misconfigured', 500, 'server_error', undefined, 'operator', false],
  ['internal', 500, 'server_error', undefined, 'operator', false],
]
const codes = contract.map(([code]) => code)

const links = {
  documentationUrl: 'https://docs.example/docs',
  onboardingUrl: 'https://onboarding.example',
}
const correlation = { correlationId: 'c-1', clientRequestId: 'r-1' }
const body = z.looseObject({ error_description: z.string(), timestamp: z.iso.datetime() })
const headers = z.record(z.string(), z.string())

const answerTo = (error: BrokerError) => {
  const answer = tokenError(error, links, correlation)
  return {
    status: answer.status,
    headers: headers.parse(answer.headers),
    body: body.parse(answer.jsonBody),
  }
}

test.each(contract)('%s is %i %s', (...row) => {
  const [code, status, error, suberror, whoMustAct, retryable] = row
  const answer = answerTo(new BrokerError(code, 'something happened. Somebody must act'))
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({
    code,
    error,
    who_must_act: whoMustAct,
    retryable,
    error_codes: [],
    correlation_id: 'c-1',
    error_uri: `https://docs.example/docs/errors.md#${code}`,
  })
  expect(answer.body['suberror']).toBe(suberror)
  expect('www-authenticate' in answer.headers).toBe(status === 401)
})

test('the table has the rows of the contract and no other', () => {
  expect(Object.keys(wire).toSorted()).toEqual(codes.toSorted())
})

test('every answer is not to be stored and can be traced', () => {
  for (const code of codes) {
    expect(answerTo(new BrokerError(code, 'x')).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-correlation-id': 'c-1',
      'client-request-id': 'r-1',
    })
  }
})

test('a Retry-After comes exactly with what can be retried, whole and short', () => {
  for (const [code, , , , , retryable] of contract) {
    const plain = answerTo(new BrokerError(code, 'x')).headers['retry-after']
    const told = answerTo(new BrokerError(code, 'x', { retryAfterSeconds: 7 }))
    expect(told.headers['retry-after']).toBe(retryable ? '7' : undefined)
    if (retryable) expect(Number(plain)).toBeLessThanOrEqual(30)
    else expect(plain).toBeUndefined()
  }
})

test('the description alone is enough: code, what happened, where, numbers and correlation', () => {
  const partner = '0f000000-0000-4000-8000-0000000000a1'
  const { body: found } = answerTo(
    new BrokerError('consent_needed', 'it expired. The administrator must consent again', {
      errorCodes: [700082, 50173],
      reconsentPartner: partner,
      suberror: 'bad_token',
      reason: 'inner-reason',
    }),
  )
  const uri = `https://onboarding.example/renew/${partner}`
  expect(found.error_description).toBe(
    `consent_needed: it expired. The administrator must consent again at ${uri}. (AADSTS700082, AADSTS50173) Correlation ID: c-1`,
  )
  expect(found).toMatchObject({
    reconsent_uri: uri,
    error_codes: [700082, 50173],
    suberror: 'bad_token',
  })
})

test('who must act and the OAuth error follow the case where it differs from the table', () => {
  const { body: found } = answerTo(
    new BrokerError('request_malformed', 'x', { error: 'invalid_scope', whoMustAct: 'operator' }),
  )
  expect(found).toMatchObject({ error: 'invalid_scope', who_must_act: 'operator' })
})

test('a claims challenge of Entra is handed back, and the inner reason never', () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
  const detail = { claims, reason: 'inner-reason', field: 'inner-field' }
  const answer = answerTo(new BrokerError('blocked_by_policy', 'x', detail))
  expect(answer.body['claims']).toBe(claims)
  expect(JSON.stringify(answer)).not.toMatch(/inner-/)
})

test('whatever the message holds, headers stay one line and the members stay these', () => {
  const members =
    'error error_description error_uri error_codes timestamp correlation_id suberror code who_must_act retryable reconsent_uri claims'
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.string({ unit: 'binary' }), (code, message) => {
      const answer = answerTo(new BrokerError(code, message))
      for (const value of Object.values(answer.headers)) expect(value).toMatch(/^[ -~]*$/)
      expect(Object.keys(answer.body).filter((name) => !members.split(' ').includes(name))).toEqual(
        [],
      )
      expect(answer.body.error_description).toContain(message)
    }),
  )
})
