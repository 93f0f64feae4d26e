import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { claimsChallenge } from '../../shared/http/claims.ts'

const capability = { values: ['cp1'] }
const challengeOf = (claims: object) => claimsChallenge(JSON.stringify(claims))
const outcomeOf = (claims: string): unknown => {
  try {
    return claimsChallenge(claims)
  } catch (thrown) {
    return thrown
  }
}

test('what Azure SDKs send on ordinary calls is no challenge', () => {
  expect(claimsChallenge(undefined)).toBeUndefined()
  for (const claims of [
    {},
    { access_token: {} },
    { access_token: null },
    { access_token: { xms_cc: capability } },
    { access_token: { xms_cc: capability }, id_token: { auth_time: { essential: true } } },
    { id_token: { acrs: { essential: true, value: 'c1' } }, userinfo: { email: null } },
  ]) {
    expect(challengeOf(claims)).toBeUndefined()
  }
})

test('a challenge is kept, without the capability and the ID token members', () => {
  const acrs = { essential: true, value: 'c1' }
  const challenge = challengeOf({
    id_token: { acrs },
    access_token: { xms_cc: capability, nbf: { essential: true, value: '1' }, acrs },
  })
  expect(challenge).toBe(
    '{"access_token":{"acrs":{"essential":true,"value":"c1"},"nbf":{"essential":true,"value":"1"}}}',
  )
})

test('the same challenge in another order or spacing is the same text', () => {
  const spellings = [
    '{"access_token":{"a":{"essential":true},"b":null}}',
    '{ "access_token" : { "b" : null, "xms_cc":{"values":["cp1"]}, "a":{"essential":true} } }',
    '{"id_token":{"x":null},"access_token":{"b":null,"\\u0061":{"essential":true}}}',
  ]
  expect(new Set(spellings.map(claimsChallenge)).size).toBe(1)
})

test.each(['', 'x', '[]', 'null', '1', '"{}"', '{"access_token":1}', '{"access_token":"x"}', '{'])(
  'claims of %j are refused',
  (claims) => {
    expect(outcomeOf(claims)).toMatchObject({ code: 'request_malformed' })
  },
)

test('an access_token member that is a list is refused', () => {
  expect(outcomeOf('{"access_token":["acrs"]}')).toMatchObject({ code: 'request_malformed' })
})

test('claims above 4 KB are refused, however deep', () => {
  const long = JSON.stringify({ access_token: { a: 'x'.repeat(4096) } })
  expect(outcomeOf(long)).toMatchObject({ code: 'request_malformed' })
  const deep = `{"access_token":{"a":${'['.repeat(2000)}${']'.repeat(2000)}}}`
  expect(outcomeOf(deep)).toBe(deep)
})

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .record(
      { access_token: fc.jsonValue(), id_token: fc.jsonValue(), userinfo: fc.jsonValue() },
      { requiredKeys: [] },
    )
    .map((claims) => JSON.stringify(claims)),
  fc
    .dictionary(
      fc.constantFrom('xms_cc', 'acrs', '__proto__', 'nbf', 'constructor'),
      fc.jsonValue(),
    )
    .map((members) => JSON.stringify({ access_token: { ...members } })),
)

test('any text is refused or gives a canonical challenge without capabilities', () => {
  fc.assert(
    fc.property(text, (claims) => {
      const outcome = outcomeOf(claims)
      if (outcome instanceof BrokerError) {
        expect(outcome.code).toBe('request_malformed')
      } else if (typeof outcome === 'string') {
        expect(outcome).toMatch(/^\{"access_token":\{".*\}\}$/s)
        expect(claimsChallenge(outcome)).toBe(outcome)
      } else {
        expect(outcome).toBeUndefined()
      }
    }),
    { numRuns: 3000 },
  )
})
