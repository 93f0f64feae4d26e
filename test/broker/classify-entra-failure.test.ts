import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BrokerErrorCode } from '../../shared/broker/broker-error.ts'
import { classifyEntraFailure } from '../../shared/broker/classify-entra-failure.ts'
import type { EntraFailure } from '../../shared/broker/redeem.ts'
import { knownNumbers, rows } from './aadsts-rows.ts'

const tableFile = '../../shared/broker/entra-error-codes.ts'
const refused = (
  error: string,
  errorCodes: number[] = [],
  more: Partial<EntraFailure> = {},
): EntraFailure => ({ status: 400, error, errorCodes, ...more })
const home = (failure: EntraFailure) => classifyEntraFailure(failure, 'home')
const customer = (failure: EntraFailure) => classifyEntraFailure(failure, 'customer')

test.each(rows)('AADSTS$number ($error) is $home at home and $customer at a customer', (row) => {
  const failure = refused(row.error, [row.number])
  expect(home(failure)).toMatchObject({ code: row.home, marksGrant: row.marks })
  expect(customer(failure)).toMatchObject({ code: row.customer, marksGrant: false })
})

test('no AADSTS number stands twice in the table, and each one is tested here', () => {
  const table = readFileSync(join(import.meta.dirname, tableFile), 'utf8')
  const numbers = [...table.matchAll(/\b\d{5,7}\b/g)].map(([number]) => Number(number))
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([])
  expect(numbers.filter((number) => !knownNumbers.includes(number))).toEqual([])
})

test('who must act fits the code', () => {
  const whoByCode: Partial<Record<BrokerErrorCode, string>> = {
    consent_needed: 'partner_admin',
    blocked_by_policy: 'partner_admin',
    audience_not_consented: 'partner_admin',
    customer_consent_needed: 'operator',
    customer_blocked: 'customer_admin',
    app_misconfigured: 'operator',
    internal: 'operator',
    request_malformed: 'caller',
    throttled: 'nobody',
    upstream_unavailable: 'nobody',
  }
  for (const { number, error } of rows) {
    for (const found of [home(refused(error, [number])), customer(refused(error, [number]))]) {
      expect([found.code, found.whoMustAct]).toEqual([found.code, whoByCode[found.code]])
    }
  }
})

test('an invalid_grant that nobody knows is consent_needed, unmarked and unknown', () => {
  for (const errorCodes of [[], [135010], [399284], [1]]) {
    for (const found of [
      home(refused('invalid_grant', errorCodes)),
      customer(refused('invalid_grant', errorCodes)),
    ]) {
      expect(found).toMatchObject({ code: 'consent_needed', marksGrant: false, unknown: true })
    }
  }
})

test('an unknown number beside a known one does not hide it', () => {
  expect(home(refused('invalid_grant', [1, 700082])).marksGrant).toBe(true)
})

const bySuberror = (name: string, codes: number[]) =>
  home(refused('invalid_grant', codes, { suberror: name }))

test('suberror comes before the numbers', () => {
  expect(bySuberror('bad_token', [53003])).toMatchObject({
    code: 'consent_needed',
    marksGrant: true,
  })
  expect(bySuberror('bad_token', [])).toMatchObject({ code: 'consent_needed', marksGrant: true })
  expect(bySuberror('user_password_expired', [])).toMatchObject({ marksGrant: true })
  expect(bySuberror('consent_required', [700082])).toMatchObject({
    code: 'audience_not_consented',
    marksGrant: false,
  })
  for (const unclear of ['basic_action', 'additional_action', 'message_only', 'ui_not_allowed']) {
    expect(bySuberror(unclear, [53003])).toMatchObject({
      code: 'blocked_by_policy',
      suberror: unclear,
    })
    expect(bySuberror(unclear, [])).toMatchObject({ marksGrant: false, unknown: true })
  }
})

test('error comes before suberror and numbers: our own credential is never the partner’s fault', () => {
  const errors = ['invalid_client', 'unauthorized_client']
  const failures = errors.flatMap((error) =>
    [[7000215], [700082], [50173], []].map((numbers) =>
      refused(error, numbers, { suberror: 'bad_token' }),
    ),
  )
  for (const found of [...failures.map(home), ...failures.map(customer)]) {
    expect(found).toMatchObject({
      code: 'app_misconfigured',
      scope: 'application',
      marksGrant: false,
    })
  }
})

test('an application that is absent is the customer’s consent there and our registration at home', () => {
  for (const number of [700016, 7000229]) {
    expect(customer(refused('unauthorized_client', [number])).code).toBe('customer_consent_needed')
    expect(home(refused('unauthorized_client', [number])).code).toBe('app_misconfigured')
  }
})

const anyNumber = fc.oneof(fc.constantFrom(...knownNumbers), fc.nat())
const anyFailure = fc.record(
  {
    status: fc.constantFrom(0, 200, 302, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504),
    error: fc.constantFrom(
      'invalid_grant',
      'interaction_required',
      'consent_required',
      'login_required',
      'invalid_client',
      'unauthorized_client',
      'invalid_request',
      'invalid_scope',
      'invalid_resource',
      'temporarily_unavailable',
      'server_error',
      'unreadable',
      'no_answer',
      'something_new',
    ),
    suberror: fc.constantFrom(
      'bad_token',
      'consent_required',
      'user_password_expired',
      'message_only',
    ),
    errorCodes: fc.array(anyNumber, { maxLength: 3 }),
  },
  { requiredKeys: ['status', 'error', 'errorCodes'] },
)

test('status comes first: no answer, 429, 5xx and no JSON are transient whatever else they say', () => {
  fc.assert(
    fc.property(
      anyFailure,
      fc.constantFrom('home' as const, 'customer' as const),
      (failure, at) => {
        const { status, error } = failure
        if (status !== 0 && status !== 429 && status < 500 && error !== 'unreadable') return
        const found = classifyEntraFailure(failure, at)
        expect(found).toMatchObject({ scope: 'transient', marksGrant: false, whoMustAct: 'nobody' })
        expect(found.code).toBe(status === 429 ? 'throttled' : 'upstream_unavailable')
      },
    ),
  )
})

test('nothing at a customer ever marks the grant', () => {
  fc.assert(fc.property(anyFailure, (failure) => !customer(failure).marksGrant))
})

const marking = new Set(rows.filter(({ marks }) => marks).map(({ number }) => number))
const grantErrors = ['invalid_grant', 'interaction_required', 'consent_required', 'login_required']

test('at home only an error about the grant marks it, by a number or suberror of the closed list', () => {
  fc.assert(
    fc.property(anyFailure, (failure) => {
      if (!home(failure).marksGrant) return
      const { error, suberror, errorCodes } = failure
      expect(grantErrors).toContain(error)
      const isDead = suberror === 'bad_token' || suberror === 'user_password_expired'
      expect(isDead || errorCodes.some((number) => marking.has(number))).toBe(true)
    }),
    { numRuns: 20_000 },
  )
})
